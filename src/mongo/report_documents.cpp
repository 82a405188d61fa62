#include "mongo/report_documents.hpp"

#include <array>
#include <set>
#include <utility>

#include "codec/report_json.hpp"

namespace invoicing::mongo {
namespace {

constexpr std::array<std::pair<OutboxState, const char*>, 3> kOutboxStates = {{
    {OutboxState::sealed, "sealed"},
    {OutboxState::published, "published"},
    {OutboxState::done, "done"},
}};

constexpr std::array<std::pair<BooksState, const char*>, 3> kBooksStates = {{
    {BooksState::open, "open"},
    {BooksState::importing, "importing"},
    {BooksState::moved, "moved"},
}};

template <typename State, std::size_t size>
const char* text_of(const std::array<std::pair<State, const char*>, size>& table, State state) {
  for (const auto& [each, text] : table) {
    if (each == state) return text;
  }
  return "";
}

template <typename State, std::size_t size>
std::optional<State> state_of(const std::array<std::pair<State, const char*>, size>& table,
                              std::optional<std::string_view> text) {
  for (const auto& [state, each] : table) {
    if (text == each) return state;
  }
  return std::nullopt;
}

Error invalid(const char* what) {
  return Error(ErrorCode::stored_data_invalid,
               std::string(what) + " in the store cannot be read back");
}

/// Every window that the report speaks of.
std::vector<ReportNumber> windows_of(const SalesReport& report) {
  std::set<ReportNumber> windows{report.number};
  for (const auto& correction : report.corrections) windows.insert(correction.number);
  if (report.opening_balance) windows.insert(report.opening_balance->number);
  return {windows.begin(), windows.end()};
}

Document to_document(const OutboxEntry& entry) {
  Document document;
  document.text("state", to_text(entry.state))
      .integer("sends", entry.sends)
      .integer("attempts", entry.attempts)
      .text("lastError", entry.last_error)
      .instant("sealedAt", entry.sealed_at)
      .optional_instant("publishedAt", entry.published_at)
      .optional_instant("doneAt", entry.done_at)
      .optional_instant("leaseUntil", entry.lease_until)
      .text("traceparent", entry.asked_by.traceparent)
      .text("requestId", entry.asked_by.request_id);
  return document;
}

Document books_without_note(const Books& books) {
  Document document;
  document.text("_id", "books")
      .text("state", to_text(books.state))
      .instant("opening", books.opening)
      .text("openingDay", format_day(books.opening_day));
  return document;
}

Document members(std::initializer_list<const char*> names) {
  Document fields;
  for (const char* name : names) fields.small(name, 1);
  return fields;
}

}  // namespace

const char* to_text(OutboxState state) {
  return text_of(kOutboxStates, state);
}

const char* to_text(BooksState state) {
  return text_of(kBooksStates, state);
}

Document to_document(const SalesReport& report) {
  OutboxEntry first;
  first.sealed_at = report.generated_at;
  return to_document(report, first);
}

Document to_document(const SalesReport& report, const OutboxEntry& entry) {
  Document document;
  document.integer("_id", report.number)
      .text("reportId", report.report_id)
      .text("businessDay", format_day(report.business_day))
      .instant("from", report.window.from)
      .instant("to", report.window.to)
      .instant("seenUntil", report.mark.seen_until)
      .integer("sequence", report.mark.sequence)
      .integers("pending", report.pending)
      .integers("windows", windows_of(report))
      .document("outbox", to_document(entry))
      // As text: its sums may be wider than any number of BSON, and what was sealed stays the same
      // to the byte.
      .text("data", codec::write_report(report));
  return document;
}

Document to_document(const Books& books) {
  Document document = books_without_note(books);
  document.null("move");
  return document;
}

Document to_document(const Books& books, const MoveNote& note) {
  Document document = books_without_note(books);
  document.document("move", to_document(note));
  return document;
}

Document to_document(const MoveNote& note) {
  Document document;
  document.text("id", note.move_id).text("other", note.other);
  return document;
}

Result<SalesReport> read_report(const bson_t* document) {
  const Reader in(document);
  const auto data = in.text("data");
  const auto sequence = in.integer("sequence");
  if (!data || !sequence) return invalid("A report");
  auto report = codec::read_report(*data);
  if (report) report->mark.sequence = *sequence;
  return report;
}

Result<ReportHead> read_head(const bson_t* document) {
  const Reader in(document);
  const auto number = in.integer("_id");
  const auto day = parse_day(in.text_or_empty("businessDay"));
  const auto from = in.instant("from");
  const auto to = in.instant("to");
  const auto seen_until = in.instant("seenUntil");
  const auto sequence = in.integer("sequence");
  if (!number || !day || !from || !to || !seen_until || !sequence) return invalid("A report");
  ReportHead head{.number = *number,
                  .report_id = in.text_or_empty("reportId"),
                  .business_day = *day,
                  .window = {*from, *to},
                  .mark = {*seen_until, *sequence},
                  .pending = {}};
  in.each("pending",
          [&](const Value& entry) { head.pending.push_back(bson_iter_as_int64(&entry.at)); });
  return head;
}

Result<OutboxEntry> read_entry(const bson_t* document) {
  const Reader report(document);
  std::optional<OutboxEntry> entry;
  report.document("outbox", [&](const bson_t* outbox) {
    const Reader in(outbox);
    const auto number = report.integer("_id");
    const auto state = state_of(kOutboxStates, in.text("state"));
    const auto sealed_at = in.instant("sealedAt");
    if (!number || !state || !sealed_at) return;
    entry =
        OutboxEntry{.number = *number,
                    .report_id = report.text_or_empty("reportId"),
                    .state = *state,
                    .sends = in.integer("sends").value_or(1),
                    .attempts = in.integer("attempts").value_or(0),
                    .last_error = in.text_or_empty("lastError"),
                    .sealed_at = *sealed_at,
                    .published_at = in.instant("publishedAt"),
                    .done_at = in.instant("doneAt"),
                    .lease_until = in.instant("leaseUntil"),
                    .asked_by = {in.text_or_empty("traceparent"), in.text_or_empty("requestId")}};
  });
  if (!entry) return invalid("An outbox entry");
  return *std::move(entry);
}

Result<Books> read_books(const bson_t* document) {
  const Reader in(document);
  const auto state = state_of(kBooksStates, in.text("state"));
  const auto opening = in.instant("opening");
  const auto day = parse_day(in.text_or_empty("openingDay"));
  if (!state || !opening || !day) return invalid("The record of the books");
  return Books{*state, *opening, *day};
}

std::optional<MoveNote> read_note(const bson_t* document) {
  std::optional<MoveNote> note;
  Reader(document).document("move", [&](const bson_t* move) {
    const Reader in(move);
    note = MoveNote{in.text_or_empty("id"), in.text_or_empty("other")};
  });
  return note;
}

Document report_members() {
  return members({"data", "sequence"});
}

Document head_members() {
  return members({"reportId", "businessDay", "from", "to", "seenUntil", "sequence", "pending"});
}

Document entry_members() {
  return members({"reportId", "outbox"});
}

}  // namespace invoicing::mongo
