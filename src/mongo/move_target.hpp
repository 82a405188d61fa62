#pragma once
// An empty database as the store that an installation enters.

#include "mongo/client.hpp"
#include "ports/store_move.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Invoices are stored without the member of
/// UNIQUE_REFERENCE, as if they had come before that option: the services look for their references
/// all the same. Client::prepare() first. `client` must outlive it.
class MongoMoveTarget final : public MoveTarget {
 public:
  explicit MongoMoveTarget(Client& client) : engine_(client.engine()) {}

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

}  // namespace invoicing::mongo
