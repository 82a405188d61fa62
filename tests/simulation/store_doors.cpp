#include "tests/simulation/store_doors.hpp"

#include <algorithm>
#include <utility>

#include "tests/simulation/door.hpp"

namespace invoicing::simulation {

namespace {

class SnapshotDoor final : public SalesSnapshot {
 public:
  SnapshotDoor(ProcessLine& line, std::unique_ptr<SalesSnapshot> snapshot)
      : line_(line), snapshot_(std::move(snapshot)) {}

  ChangeMark mark() const override { return snapshot_->mark(); }

  Task<Result<Figures>> figures(Window window) override {
    const auto run = [&] { return snapshot_->figures(window); };
    auto figures = co_await call<Figures>(line_, Service::store_read, "figures", run);
    co_return figures;
  }

  Task<Result<std::vector<CurrencyTotal>>> totals(Window window) override {
    const auto run = [&] { return snapshot_->totals(window); };
    auto totals =
        co_await call<std::vector<CurrencyTotal>>(line_, Service::store_read, "totals", run);
    co_return totals;
  }

  Task<Result<Figures>> figures_from_invoices(Window window) override {
    const auto run = [&] { return snapshot_->figures_from_invoices(window); };
    auto figures = co_await call<Figures>(line_, Service::store_read, "add up invoices", run);
    co_return figures;
  }

  Task<Result<std::vector<Window>>> changed_since(const ChangeMark& mark,
                                                  std::vector<Window> windows) override {
    const auto run = [&] { return snapshot_->changed_since(mark, std::move(windows)); };
    auto changed = co_await call<std::vector<Window>>(line_, Service::store_read, "changed", run);
    co_return changed;
  }

 private:
  ProcessLine& line_;
  std::unique_ptr<SalesSnapshot> snapshot_;
};

}  // namespace

Task<Result<InsertOutcome>> InvoiceDoor::insert(const Invoice& invoice) {
  const auto run = [&] { return store_.insert(invoice); };
  const auto seen = [&](const Result<InsertOutcome>& outcome) {
    if (outcome) line_.world.model.inserted(invoice, *outcome);
  };
  auto outcome = co_await call<InsertOutcome>(line_, Service::store_write, "insert", run, seen);
  co_return outcome;
}

Task<std::vector<Result<InsertOutcome>>> InvoiceDoor::insert_all(
    std::span<const Invoice> invoices) {
  // Each row stands for itself, so each has its own fault.
  std::vector<Result<InsertOutcome>> outcomes;
  for (const Invoice& invoice : invoices) {
    auto outcome = co_await insert(invoice);
    outcomes.push_back(std::move(outcome));
  }
  co_return outcomes;
}

Task<Result<std::optional<InvoiceDocument>>> InvoiceDoor::find(const InvoiceId& id) {
  const auto run = [&] { return store_.find(id); };
  auto found =
      co_await call<std::optional<InvoiceDocument>>(line_, Service::store_read, "find", run);
  co_return found;
}

Task<Result<std::optional<VoidOutcome>>> InvoiceDoor::mark_void(const InvoiceId& id,
                                                                const Voiding& voiding) {
  const auto run = [&] { return store_.mark_void(id, voiding); };
  const auto seen = [&](const Result<std::optional<VoidOutcome>>& outcome) {
    if (outcome && *outcome) line_.world.model.voided(id, (*outcome)->result);
  };
  auto outcome =
      co_await call<std::optional<VoidOutcome>>(line_, Service::store_write, "void", run, seen);
  co_return outcome;
}

Task<Result<InvoicePage>> InvoiceDoor::list(const InvoiceQuery& query) {
  const auto run = [&] { return store_.list(query); };
  auto page = co_await call<InvoicePage>(line_, Service::store_read, "list", run);
  co_return page;
}

Task<Result<std::unique_ptr<SalesSnapshot>>> SalesDoor::snapshot(Instant now) {
  using Snapshot = std::unique_ptr<SalesSnapshot>;
  co_await travel(line_, Service::store_read);
  const Fault fault = draw(line_.world.faults, Service::store_read);
  if (fault != Fault::none) {
    co_return error_of(line_.world.faults, Service::store_read, fault);
  }
  auto snapshot = co_await ledger_.snapshot(now);
  if (!snapshot) co_return snapshot.error();
  line_.world.trace.note(line_.name, [&] {
    return "snapshot at change " + std::to_string((*snapshot)->mark().sequence);
  });
  co_await travel(line_, Service::store_read);
  co_return Snapshot(std::make_unique<SnapshotDoor>(line_, *std::move(snapshot)));
}

void ReportDoor::closing_begins(bool refuses) {
  refuses_ = refuses;
  call_began_ = line_.clock.now();
  jumps_ = line_.world.scheduler.jumps();
  latest_wall_ = call_began_;
}

Task<Result<Books>> ReportDoor::open_books(const Books& books) {
  const Instant now = line_.clock.now();
  const auto run = [&] { return store_.open_books(books); };
  const auto seen = [&](const Result<Books>& stands) {
    if (stands) line_.world.books.opened(books, *stands, now, calendar_);
  };
  auto stands = co_await call<Books>(line_, Service::store_write, "open the books", run, seen);
  co_return stands;
}

Task<Result<std::optional<Books>>> ReportDoor::books() {
  const auto run = [&] { return store_.books(); };
  auto books = co_await call<std::optional<Books>>(line_, Service::store_read, "books", run);
  co_return books;
}

Task<Result<std::optional<ReportHead>>> ReportDoor::last() {
  latest_wall_ = std::max(latest_wall_, line_.clock.now());
  const auto run = [&] { return store_.last(); };
  auto last = co_await call<std::optional<ReportHead>>(line_, Service::store_read, "last", run);
  latest_wall_ = std::max(latest_wall_, line_.clock.now());
  co_return last;
}

Task<Result<std::vector<ReportHead>>> ReportDoor::heads(ReportNumber from) {
  const auto run = [&] { return store_.heads(from); };
  auto heads = co_await call<std::vector<ReportHead>>(line_, Service::store_read, "heads", run);
  co_return heads;
}

Task<Result<void>> ReportDoor::seal(const SalesReport& report,
                                    const std::vector<ReportNumber>& settled_marks) {
  const auto run = [&] { return store_.seal(report, settled_marks); };
  const auto seen = [&](const Result<void>& sealed) {
    if (!sealed) return;
    const bool judged = refuses_ && jumps_ == line_.world.scheduler.jumps();
    line_.world.books.sealed(report, Sealer{calendar_, latest_wall_, judged, call_began_});
  };
  auto sealed = co_await call<void>(line_, Service::store_write, "seal", run, seen);
  if (sealed) refuses_ = false;
  co_return sealed;
}

Task<Result<std::optional<SalesReport>>> ReportDoor::find(ReportNumber number) {
  const auto run = [&] { return store_.find(number); };
  auto found = co_await call<std::optional<SalesReport>>(line_, Service::store_read, "report", run);
  co_return found;
}

Task<Result<std::optional<SalesReport>>> ReportDoor::find(Day business_day) {
  const auto run = [&] { return store_.find(business_day); };
  auto found = co_await call<std::optional<SalesReport>>(line_, Service::store_read, "day", run);
  co_return found;
}

Task<Result<std::vector<SalesReport>>> ReportDoor::list(ReportNumber before, std::size_t limit) {
  const auto run = [&] { return store_.list(before, limit); };
  auto page = co_await call<std::vector<SalesReport>>(line_, Service::store_read, "reports", run);
  co_return page;
}

Task<Result<Figures>> ReportDoor::reported_on(ReportNumber number) {
  const auto run = [&] { return store_.reported_on(number); };
  auto figures = co_await call<Figures>(line_, Service::store_read, "reported on", run);
  co_return figures;
}

Task<Result<void>> ReportDoor::mark_windows(const std::vector<ReportNumber>& numbers) {
  const auto run = [&] { return store_.mark_windows(numbers); };
  auto marked = co_await call<void>(line_, Service::store_write, "mark windows", run);
  co_return marked;
}

Task<Result<std::vector<ReportNumber>>> ReportDoor::marked_windows() {
  const auto run = [&] { return store_.marked_windows(); };
  auto marked =
      co_await call<std::vector<ReportNumber>>(line_, Service::store_read, "marked windows", run);
  co_return marked;
}

}  // namespace invoicing::simulation
