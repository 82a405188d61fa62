#pragma once
// The doors to the store, with faults: invoices, sums, books.

#include <memory>
#include <vector>

#include "domain/business_calendar.hpp"
#include "ports/invoice_store.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"
#include "tests/simulation/process.hpp"

namespace invoicing::simulation {

/// Used by the coroutines of one process. References outlive it.
class InvoiceDoor final : public InvoiceStore {
 public:
  InvoiceDoor(ProcessLine& line, InvoiceStore& store) : line_(line), store_(store) {}

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override;
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice> invoices) override;
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) override;
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                     const Voiding& voiding) override;
  Task<Result<InvoicePage>> list(const InvoiceQuery& query) override;

 private:
  ProcessLine& line_;
  InvoiceStore& store_;
};

class SalesDoor final : public SalesLedger {
 public:
  SalesDoor(ProcessLine& line, SalesLedger& ledger) : line_(line), ledger_(ledger) {}

  Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) override;

 private:
  ProcessLine& line_;
  SalesLedger& ledger_;
};

class ReportDoor final : public ReportStore {
 public:
  ReportDoor(ProcessLine& line, ReportStore& store, const BusinessCalendar& calendar)
      : line_(line), store_(store), calendar_(calendar) {}

  /// A call of close_due begins: what it seals first is held to the limit of days that `refuses`.
  void closing_begins(bool refuses);

  Task<Result<Books>> open_books(const Books& books) override;
  Task<Result<std::optional<Books>>> books() override;
  Task<Result<std::optional<ReportHead>>> last() override;
  Task<Result<std::vector<ReportHead>>> heads(ReportNumber from) override;
  Task<Result<void>> seal(const SalesReport& report,
                          const std::vector<ReportNumber>& settled_marks) override;
  Task<Result<std::optional<SalesReport>>> find(ReportNumber number) override;
  Task<Result<std::optional<SalesReport>>> find(Day business_day) override;
  Task<Result<std::vector<SalesReport>>> list(ReportNumber before, std::size_t limit) override;
  Task<Result<Figures>> reported_on(ReportNumber number) override;
  Task<Result<void>> mark_windows(const std::vector<ReportNumber>& numbers) override;
  Task<Result<std::vector<ReportNumber>>> marked_windows() override;

 private:
  ProcessLine& line_;
  ReportStore& store_;
  const BusinessCalendar& calendar_;
  Instant latest_wall_{};
  bool refuses_ = false;
  Instant call_began_{};
  std::int64_t jumps_ = 0;
};

}  // namespace invoicing::simulation
