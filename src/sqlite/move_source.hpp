#pragma once
// The file as the store that an installation leaves.

#include "ports/store_move.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Invoices come in the order of arrival. A delivery that is claimed is
/// read as one that waits: whoever holds the folder's lock knows that no sender is at it. In
/// read-only mode state() works, writes are storage_unavailable. `database` must outlive it.
class SqliteMoveSource final : public MoveSource {
 public:
  explicit SqliteMoveSource(Database& database) : engine_(database.engine()) {}

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

}  // namespace invoicing::sqlite
