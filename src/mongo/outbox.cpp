// The outbox half of MongoReportStore: each call is one update of one document, whose filter says
// in which state it may happen.
#include "mongo/engine.hpp"
#include "mongo/report_documents.hpp"
#include "mongo/report_store.hpp"
#include "ports/holding.hpp"

namespace invoicing::mongo {
namespace {

const Error kNoSuchReport(ErrorCode::report_not_found, "There is no report with this number.");
const Error kResentMeanwhile(ErrorCode::lease_lost,
                             "A resend of this report was asked for meanwhile.");
const Error kLeasedElsewhere(ErrorCode::lease_lost, "Somebody else publishes this report.");

/// The entry of a report, at send number `sends` where that matters.
Document entry_of(ReportNumber number, std::optional<std::int64_t> sends = std::nullopt) {
  Document filter;
  filter.integer("_id", number);
  if (sends) filter.integer("outbox.sends", *sends);
  return filter;
}

Document entry_in(ReportNumber number, std::int64_t sends, OutboxState state) {
  Document filter = entry_of(number, sends);
  filter.text("outbox.state", to_text(state));
  return filter;
}

Document set(const Document& fields) {
  Document update;
  update.document("$set", fields);
  return update;
}

void add_trace(Document& fields, const Trace& asked_by) {
  fields.text("outbox.traceparent", asked_by.traceparent)
      .text("outbox.requestId", asked_by.request_id);
}

Result<std::optional<OutboxEntry>> find_entry(Session& session, ReportNumber number) {
  Document options;
  options.document("projection", entry_members());
  const auto found =
      session.find_one(collections::kReports, Concern::majority, entry_of(number), options);
  if (!found) return std::optional<OutboxEntry>();
  auto entry = read_entry(found->get());
  if (!entry) return entry.error();
  return std::optional<OutboxEntry>(*std::move(entry));
}

/// The entry after the update, or nothing when it is not in a state for it.
Result<std::optional<OutboxEntry>> change(Session& session, const Document& filter,
                                          const Document& update) {
  const auto members = entry_members();
  const auto changed =
      session.find_and_update(collections::kReports, filter, update, {.members = &members});
  if (!changed) return std::optional<OutboxEntry>();
  auto entry = read_entry(changed->get());
  if (!entry) return entry.error();
  return std::optional<OutboxEntry>(*std::move(entry));
}

/// For updates that are nothing to worry about when they match nothing: only a report that is not
/// there is an error.
Result<void> change_or_ignore(Session& session, ReportNumber number, const Document& filter,
                              const Document& update) {
  if (session.update_one(collections::kReports, filter, update) > 0) return {};
  const auto entry = find_entry(session, number);
  if (!entry) return entry.error();
  if (!*entry) return kNoSuchReport;
  return {};
}

}  // namespace

Task<Result<std::optional<OutboxEntry>>> MongoReportStore::entry(ReportNumber number) {
  auto read = [number](Session& session) { return find_entry(session, number); };
  auto entry = co_await engine_.run(Lane::quick, std::move(read));
  co_return entry;
}

Task<Result<std::vector<OutboxEntry>>> MongoReportStore::open_entries() {
  auto read = [](Session& session) -> Result<std::vector<OutboxEntry>> {
    Document states;
    states.text("0", to_text(OutboxState::sealed)).text("1", to_text(OutboxState::published));
    Document in;
    in.array_of("$in", states);
    Document filter;
    filter.document("outbox.state", in);
    Document sort;
    sort.small("_id", 1);
    Document options;
    options.document("projection", entry_members()).document("sort", sort);
    std::vector<OutboxEntry> entries;
    std::optional<Error> fault;
    session.find(collections::kReports, Concern::majority, filter, options, [&](const bson_t* row) {
      auto entry = read_entry(row);
      if (!entry) {
        fault = entry.error();
        return false;
      }
      entries.push_back(*std::move(entry));
      return true;
    });
    if (fault) return *std::move(fault);
    return entries;
  };
  auto entries = co_await engine_.run(Lane::quick, std::move(read));
  co_return entries;
}

Task<Result<OutboxEntry>> MongoReportStore::lease(ReportNumber number, Instant now, Instant until) {
  auto work = [number, now, until](Session& session) -> Result<OutboxEntry> {
    Document held;
    held.instant("$gt", now).instant("$lte", last_believable_end(now, until));
    Document not_held;
    not_held.document("$not", held);
    // What is published needs no lease: somebody else was faster.
    Document filter = entry_of(number);
    filter.text("outbox.state", to_text(OutboxState::sealed));
    filter.document("outbox.leaseUntil", not_held);
    Document fields;
    fields.instant("outbox.leaseUntil", until);
    Document attempt;
    attempt.integer("outbox.attempts", 1);
    Document update = set(fields);
    update.document("$inc", attempt);
    auto leased = change(session, filter, update);
    if (!leased) return leased.error();
    if (*leased) return **std::move(leased);
    const auto entry = find_entry(session, number);
    if (!entry) return entry.error();
    return *entry ? kLeasedElsewhere : kNoSuchReport;
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoReportStore::mark_published(ReportNumber number, std::int64_t sends,
                                                    Instant now) {
  auto work = [number, sends, now](Session& session) -> Result<void> {
    Document fields;
    fields.text("outbox.state", to_text(OutboxState::published))
        .instant("outbox.publishedAt", now)
        .text("outbox.lastError", "")
        .null("outbox.leaseUntil");
    const auto filter = entry_in(number, sends, OutboxState::sealed);
    if (session.update_one(collections::kReports, filter, set(fields)) > 0) return {};
    const auto entry = find_entry(session, number);
    if (!entry) return entry.error();
    if (!*entry) return kNoSuchReport;
    if ((*entry)->sends != sends) return kResentMeanwhile;
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoReportStore::mark_failed(ReportNumber number, std::int64_t sends,
                                                 const std::string& reason) {
  auto work = [number, sends, &reason](Session& session) {
    Document fields;
    fields.text("outbox.lastError", reason).null("outbox.leaseUntil");
    return change_or_ignore(session, number, entry_in(number, sends, OutboxState::sealed),
                            set(fields));
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoReportStore::mark_done(ReportNumber number, std::int64_t sends,
                                               Instant now) {
  auto work = [number, sends, now](Session& session) {
    Document not_done;
    not_done.text("$ne", to_text(OutboxState::done));
    Document filter = entry_of(number, sends);
    filter.document("outbox.state", not_done);
    Document fields;
    fields.text("outbox.state", to_text(OutboxState::done))
        .instant("outbox.doneAt", now)
        .null("outbox.leaseUntil");
    return change_or_ignore(session, number, filter, set(fields));
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<OutboxEntry>> MongoReportStore::resend(ReportNumber number, std::int64_t sends,
                                                   const Trace& asked_by) {
  auto work = [number, sends, &asked_by](Session& session) -> Result<OutboxEntry> {
    Document fields;
    // Whoever holds the lease publishes the send before this one and will be told lease_lost.
    fields.text("outbox.state", to_text(OutboxState::sealed))
        .integer("outbox.sends", sends + 1)
        .text("outbox.lastError", "")
        .null("outbox.publishedAt")
        .null("outbox.doneAt")
        .null("outbox.leaseUntil");
    add_trace(fields, asked_by);
    auto resent = change(session, entry_of(number, sends), set(fields));
    if (!resent) return resent.error();
    if (*resent) return **std::move(resent);
    const auto entry = find_entry(session, number);
    if (!entry) return entry.error();
    return *entry ? kResentMeanwhile : kNoSuchReport;
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoReportStore::republish(ReportNumber number, std::int64_t sends,
                                               OutboxState from, const Trace& asked_by) {
  auto work = [number, sends, from, &asked_by](Session& session) {
    Document fields;
    fields.text("outbox.state", to_text(OutboxState::sealed))
        .null("outbox.doneAt")
        .null("outbox.leaseUntil");
    if (!asked_by.traceparent.empty()) add_trace(fields, asked_by);
    return change_or_ignore(session, number, entry_in(number, sends, from), set(fields));
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

}  // namespace invoicing::mongo
