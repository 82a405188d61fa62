#pragma once
// The trail in SQLite: table `activity`, and the invoices.

#include "ports/activity_log.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Also answers overloaded (too much waits) and shutting_down.
/// `database` must outlive it.
class SqliteActivityLog final : public ActivityLog {
 public:
  explicit SqliteActivityLog(Database& database) : engine_(database.engine()) {}

  Task<Result<void>> append(const Activity& entry) override;
  Task<Result<ActivityPage>> list(const ActivityQuery& query) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::sqlite
