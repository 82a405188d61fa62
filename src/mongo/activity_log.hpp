#pragma once
// The trail in MongoDB: collection `activity` (docs/reference/documents.md), and the invoices.

#include "mongo/client.hpp"
#include "ports/activity_log.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Documents of the NestJS original are in it
/// once they are adopted. A void that happens between two pages may be missed by a reader who is
/// past its time. `client` must outlive it.
class MongoActivityLog final : public ActivityLog {
 public:
  explicit MongoActivityLog(Client& client) : engine_(client.engine()) {}

  Task<Result<void>> append(const Activity& entry) override;
  Task<Result<ActivityPage>> list(const ActivityQuery& query) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
