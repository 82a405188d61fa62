#pragma once
// The database as the store that an installation leaves.

#include "mongo/client.hpp"
#include "ports/store_move.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Invoices come by their ids; documents that
/// no closing has adopted, or ever can, are left out: Adoption first. Claims of deliveries are read
/// as they are. Nothing here keeps services from writing meanwhile. `client` must outlive it.
class MongoMoveSource final : public MoveSource {
 public:
  explicit MongoMoveSource(Client& client) : engine_(client.engine()) {}

  Task<Result<MoveState>> state() override;
  Task<Result<void>> set_note(const MoveNote& note) override;
  Task<Result<InvoiceBatch>> invoices(const std::string& position, std::size_t limit) override;
  Task<Result<std::vector<StoredReport>>> stored_reports(ReportNumber after,
                                                         std::size_t limit) override;
  Task<Result<std::vector<Delivery>>> stored_deliveries(const Delivery& after,
                                                        std::size_t limit) override;
  Task<Result<void>> set_moved() override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
