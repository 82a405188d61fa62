#pragma once
// A new file as the store that an installation enters.

#include "ports/store_move.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Nothing counts as a late change while invoices are put;
/// open_imported() notes, in one step with the opening, what was written in the 24 hours before
/// the last report or after it, so that the next closing compares those windows, as MongoDB's
/// would. `database` must outlive it.
class SqliteMoveTarget final : public MoveTarget {
 public:
  explicit SqliteMoveTarget(Database& database) : engine_(database.engine()) {}

  Task<Result<MoveState>> state() override;
  Task<Result<MoveState>> begin_import(const Books& books, const MoveNote& note) override;
  Task<Result<std::size_t>> put_invoices(std::span<const Invoice> invoices) override;
  Task<Result<void>> put_reports(std::span<const StoredReport> reports) override;
  Task<Result<void>> put_deliveries(std::span<const Delivery> deliveries) override;
  Task<Result<void>> put_marks(const std::vector<ReportNumber>& marks) override;
  Task<Result<void>> open_imported() override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::sqlite
