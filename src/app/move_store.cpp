#include "app/move_store.hpp"

#include <algorithm>
#include <utility>

namespace invoicing {

namespace {

constexpr std::size_t kInvoices = 1000;
constexpr std::size_t kReports = 20;
constexpr std::size_t kDeliveries = 500;
constexpr std::int64_t kProgressEvery = 10'000;

constexpr Window kAlways{kBeginningOfTime, kLastDate + std::chrono::milliseconds{1}};

bool same_head(const ReportHead& a, const ReportHead& b) {
  return a.number == b.number && a.report_id == b.report_id && a.business_day == b.business_day &&
         a.window == b.window && a.pending == b.pending;
}

/// What a queue had taken but not finished stays behind with that queue: it is published again,
/// under the same message id, and the ledger keeps a second mail from whoever has the first.
OutboxEntry outside_of_the_queue(OutboxEntry entry) {
  if (entry.state == OutboxState::published) entry.state = OutboxState::sealed;
  entry.lease_until.reset();
  return entry;
}

}  // namespace

MoveStore::MoveStore(MoveSource& source, MoveSide source_side, MoveTarget& target,
                     MoveSide target_side, Clock& clock, InvoiceIdGenerator& ids, Progress progress)
    : source_(source),
      source_side_(std::move(source_side)),
      target_(target),
      target_side_(std::move(target_side)),
      clock_(clock),
      ids_(ids),
      progress_(std::move(progress)) {}

Task<Result<MoveTotals>> MoveStore::move() {
  totals_ = {};
  const auto step = co_await begin();
  if (!step) co_return step.error();
  totals_.was_done_before = *step == Step::nothing;
  if (*step == Step::nothing) co_return totals_;
  if (*step == Step::copy) {
    const auto invoices = co_await copy_invoices();
    if (!invoices) co_return invoices.error();
    const auto reports = co_await copy_reports();
    if (!reports) co_return reports.error();
    const auto deliveries = co_await copy_deliveries();
    if (!deliveries) co_return deliveries.error();
    const auto marks = co_await copy_marks();
    if (!marks) co_return marks.error();
    const auto compared = co_await compare();
    if (!compared) co_return compared.error();
    const auto moved = co_await source_.set_moved();
    if (!moved) co_return moved.error();
  }
  const auto opened = co_await target_.open_imported();
  if (!opened) co_return opened.error();
  co_return totals_;
}

Error MoveStore::refusal(const std::string& words) const {
  return Error(ErrorCode::books_not_open, words);
}

Task<Result<MoveStore::Step>> MoveStore::begin() {
  const auto from = co_await source_.state();
  if (!from) co_return from.error();
  const auto to = co_await target_.state();
  if (!to) co_return to.error();
  const std::string& here = source_side_.name;
  const std::string& there = target_side_.name;
  if (!from->books) co_return refusal("there are no books in " + here);
  if (from->books->state == BooksState::importing) {
    co_return refusal("an import into " + here + " has not ended: end it first");
  }
  const bool is_ours = from->note && to->note && from->note->move_id == to->note->move_id;
  const bool is_importing = to->books && to->books->state == BooksState::importing;
  if (from->books->state == BooksState::moved) {
    if (is_ours) co_return is_importing ? Step::open_target : Step::nothing;
    co_return refusal("the books of " + here + " were moved to " +
                      (from->note ? from->note->other : std::string("another store")) + " before");
  }
  if (is_ours && is_importing) {
    progress_("going on with the move to " + there);
    co_return Step::copy;
  }
  if (is_importing) {
    co_return refusal(there + " holds the half of another move" +
                      (to->note ? ", from " + to->note->other : std::string()) +
                      ": end that one, or name an empty store");
  }
  if (to->books || !to->is_empty) {
    co_return refusal(there + " is in use: name a store in which nothing is");
  }
  const auto claimed = co_await claim_target(*from->books);
  if (!claimed) co_return claimed.error();
  co_return Step::copy;
}

Task<Result<void>> MoveStore::claim_target(const Books& books) {
  progress_("the move to " + target_side_.name + " begins");
  // The source knows of the move before the target does: killed in between, it is begun anew.
  const std::string move_id = ids_.next(clock_.now()).to_hex();
  const MoveNote for_source{move_id, target_side_.name};
  const auto noted = co_await source_.set_note(for_source);
  if (!noted) co_return noted.error();
  const Books importing{BooksState::importing, books.opening, books.opening_day};
  const MoveNote for_target{move_id, source_side_.name};
  const auto begun = co_await target_.begin_import(importing, for_target);
  if (!begun) co_return begun.error();
  if (!begun->note || begun->note->move_id != move_id) {
    co_return refusal(target_side_.name + " was taken by somebody else at this moment");
  }
  co_return Result<void>();
}

Task<Result<void>> MoveStore::copy_invoices() {
  std::string position;
  for (bool more = true; more;) {
    const auto batch = co_await source_.invoices(position, kInvoices);
    if (!batch) co_return batch.error();
    const std::span<const Invoice> invoices(batch->invoices);
    const auto written = co_await target_.put_invoices(invoices);
    if (!written) co_return written.error();
    const auto before = totals_.invoices;
    totals_.invoices += static_cast<std::int64_t>(invoices.size());
    totals_.written += static_cast<std::int64_t>(*written);
    if (totals_.invoices / kProgressEvery != before / kProgressEvery) {
      progress_(std::to_string(totals_.invoices) + " invoices");
    }
    position = batch->position;
    more = batch->more;
  }
  progress_(std::to_string(totals_.invoices) + " invoices, " + std::to_string(totals_.written) +
            " written");
  co_return Result<void>();
}

Task<Result<void>> MoveStore::copy_reports() {
  ReportNumber after = 0;
  for (;;) {
    auto reports = co_await source_.stored_reports(after, kReports);
    if (!reports) co_return reports.error();
    if (reports->empty()) break;
    for (StoredReport& each : *reports) each.outbox = outside_of_the_queue(std::move(each.outbox));
    const std::span<const StoredReport> all(*reports);
    const auto put = co_await target_.put_reports(all);
    if (!put) co_return put.error();
    after = reports->back().report.number;
    totals_.reports += static_cast<std::int64_t>(reports->size());
  }
  progress_(std::to_string(totals_.reports) + " reports");
  co_return Result<void>();
}

Task<Result<void>> MoveStore::copy_deliveries() {
  Delivery after;
  for (;;) {
    const auto deliveries = co_await source_.stored_deliveries(after, kDeliveries);
    if (!deliveries) co_return deliveries.error();
    if (deliveries->empty()) break;
    const std::span<const Delivery> all(*deliveries);
    const auto put = co_await target_.put_deliveries(all);
    if (!put) co_return put.error();
    after = deliveries->back();
    totals_.deliveries += static_cast<std::int64_t>(deliveries->size());
  }
  progress_(std::to_string(totals_.deliveries) + " deliveries");
  co_return Result<void>();
}

Task<Result<void>> MoveStore::copy_marks() {
  const auto marks = co_await source_side_.reports.marked_windows();
  if (!marks) co_return marks.error();
  auto put = co_await target_.put_marks(*marks);
  co_return put;
}

Task<Result<Figures>> MoveStore::all_figures(MoveSide& side) {
  const auto snapshot = co_await side.ledger.snapshot(clock_.now());
  if (!snapshot) co_return snapshot.error();
  auto figures = co_await (*snapshot)->figures_from_invoices(kAlways);
  co_return figures;
}

Task<Result<void>> MoveStore::compare() {
  const auto sold = co_await all_figures(source_side_);
  if (!sold) co_return sold.error();
  const auto moved = co_await all_figures(target_side_);
  if (!moved) co_return moved.error();
  const auto heads = co_await source_side_.reports.heads(1);
  if (!heads) co_return heads.error();
  const auto moved_heads = co_await target_side_.reports.heads(1);
  if (!moved_heads) co_return moved_heads.error();
  if (!difference(*sold, *moved).is_zero()) {
    co_return refusal(
        "the invoices of both sides differ after the copy: stop whoever else writes "
        "to one of them, and repeat");
  }
  if (!std::ranges::equal(*heads, *moved_heads, same_head)) {
    co_return refusal(
        "the reports of both sides differ after the copy: stop whoever else closes "
        "days on one of them, and repeat");
  }
  progress_("both sides agree");
  co_return Result<void>();
}

}  // namespace invoicing
