#include "mongo/report_store.hpp"

#include <algorithm>
#include <thread>

#include "mongo/engine.hpp"
#include "mongo/report_documents.hpp"

namespace invoicing::mongo {
namespace {

// How long what is there may take to be there for a majority.
constexpr int kReadBacks = 20;
constexpr std::chrono::milliseconds kReadBackPause{100};

const Error kNotYetDurable(ErrorCode::storage_unavailable,
                           "The store has this record but not yet safely; try again shortly.");
const Error kNumberTaken(ErrorCode::number_taken,
                         "A report with this number is there already, or the one before is not.");

Document with_id(ReportNumber number) {
  Document filter;
  filter.integer("_id", number);
  return filter;
}

Document compared(const char* key, const char* operation, std::int64_t value) {
  Document bound;
  bound.integer(operation, value);
  Document filter;
  filter.document(key, bound);
  return filter;
}

Document listed(const Document& members, std::int32_t direction, std::size_t limit) {
  Document sort;
  sort.small("_id", direction);
  Document options;
  options.document("projection", members).document("sort", sort);
  if (limit > 0) options.integer("limit", static_cast<std::int64_t>(limit));
  return options;
}

/// Every row by `read`; the first that cannot be read ends it.
template <typename T>
Result<std::vector<T>> read_all(Session& session, const Document& filter, const Document& options,
                                Result<T> (*read)(const bson_t*)) {
  std::vector<T> all;
  std::optional<Error> fault;
  session.find(collections::kReports, Concern::majority, filter, options, [&](const bson_t* row) {
    auto one = read(row);
    if (!one) {
      fault = one.error();
      return false;
    }
    all.push_back(*std::move(one));
    return true;
  });
  if (fault) return *std::move(fault);
  return all;
}

template <typename T>
Result<std::optional<T>> first_of(Result<std::vector<T>> all) {
  if (!all) return all.error();
  if (all->empty()) return std::optional<T>();
  return std::optional<T>(std::move(all->front()));
}

Result<std::optional<ReportHead>> read_last(Session& session) {
  return first_of(read_all(session, {}, listed(head_members(), -1, 1), read_head));
}

Result<std::optional<Books>> find_books(Session& session) {
  Document filter;
  filter.text("_id", "books");
  const auto found = session.find_one(collections::kBooks, Concern::majority, filter);
  if (!found) return std::optional<Books>();
  const auto books = read_books(found->get());
  if (!books) return books.error();
  return std::optional<Books>(*books);
}

/// After 11000: whether the report that has the number is ours, stored by a try whose answer was
/// lost. Waits until it is there for a majority, so that whoever reads the chain now sees it.
Result<void> result_of_duplicate(Session& session, const SalesReport& report) {
  for (int i = 0; i < kReadBacks; ++i) {
    if (i > 0) std::this_thread::sleep_for(kReadBackPause);
    const auto there = first_of(
        read_all(session, with_id(report.number), listed(head_members(), 1, 1), read_head));
    if (!there) return there.error();
    if (!*there) continue;
    if ((*there)->report_id == report.report_id) return {};
    return kNumberTaken;
  }
  return kNotYetDurable;
}

Result<void> seal_report(Session& session, const SalesReport& report) {
  const auto last = read_last(session);
  if (!last) return last.error();
  const ReportNumber next = *last ? (*last)->number + 1 : 1;
  // A number that is there goes to the insert as well: it may be ours, from a try without an
  // answer.
  if (report.number > next || report.number < 1) return kNumberTaken;
  try {
    session.insert(collections::kReports, to_document(report));
    return {};
  } catch (const MongoError& error) {
    if (error.failure() != Failure::duplicate_key) throw;
  }
  return result_of_duplicate(session, report);
}

}  // namespace

Task<Result<Books>> MongoReportStore::open_books(const Books& books) {
  auto work = [&books](Session& session) -> Result<Books> {
    try {
      session.insert(collections::kBooks, to_document(books));
      return books;
    } catch (const MongoError& error) {
      if (error.failure() != Failure::duplicate_key) throw;
    }
    for (int i = 0; i < kReadBacks; ++i) {
      if (i > 0) std::this_thread::sleep_for(kReadBackPause);
      const auto there = find_books(session);
      if (!there) return there.error();
      if (*there) return **there;
    }
    return kNotYetDurable;
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<std::optional<Books>>> MongoReportStore::books() {
  auto read = [](Session& session) { return find_books(session); };
  auto books = co_await engine_.run(Lane::quick, std::move(read));
  co_return books;
}

Task<Result<std::optional<ReportHead>>> MongoReportStore::last() {
  auto read = [](Session& session) { return read_last(session); };
  auto head = co_await engine_.run(Lane::quick, std::move(read));
  co_return head;
}

Task<Result<std::vector<ReportHead>>> MongoReportStore::heads(ReportNumber from) {
  auto read = [from](Session& session) {
    return read_all(session, compared("_id", "$gte", from), listed(head_members(), 1, 0),
                    read_head);
  };
  auto heads = co_await engine_.run(Lane::quick, std::move(read));
  co_return heads;
}

Task<Result<void>> MongoReportStore::seal(const SalesReport& report,
                                          const std::vector<ReportNumber>& settled_marks) {
  auto work = [&report](Session& session) { return seal_report(session, report); };
  auto sealed = co_await engine_.run(Lane::quick, std::move(work));
  if (!sealed || settled_marks.empty()) co_return sealed;
  auto remove = [&settled_marks](Session& session) -> Result<void> {
    Document in;
    in.integers("$in", settled_marks);
    Document filter;
    filter.document("_id", in);
    session.remove_many(collections::kMarks, filter);
    return {};
  };
  // The report is sealed whatever becomes of this: a mark that stays costs the next closing one
  // comparison and nothing else.
  const auto removed = co_await engine_.run(Lane::quick, std::move(remove));
  static_cast<void>(removed);
  co_return sealed;
}

Task<Result<std::optional<SalesReport>>> MongoReportStore::find(ReportNumber number) {
  auto read = [number](Session& session) {
    return first_of(
        read_all(session, with_id(number), listed(report_members(), 1, 1), read_report));
  };
  auto report = co_await engine_.run(Lane::quick, std::move(read));
  co_return report;
}

Task<Result<std::optional<SalesReport>>> MongoReportStore::find(Day business_day) {
  auto read = [business_day](Session& session) {
    Document filter;
    filter.text("businessDay", format_day(business_day));
    return first_of(read_all(session, filter, listed(report_members(), 1, 1), read_report));
  };
  auto report = co_await engine_.run(Lane::quick, std::move(read));
  co_return report;
}

Task<Result<std::vector<SalesReport>>> MongoReportStore::list(ReportNumber before,
                                                              std::size_t limit) {
  auto read = [before, limit](Session& session) {
    return read_all(session, compared("_id", "$lt", before), listed(report_members(), -1, limit),
                    read_report);
  };
  auto reports = co_await engine_.run(Lane::quick, std::move(read));
  co_return reports;
}

Task<Result<Figures>> MongoReportStore::reported_on(ReportNumber number) {
  auto read = [number](Session& session) -> Result<Figures> {
    Document filter;
    filter.integer("windows", number);
    Figures figures;
    std::optional<Error> fault;
    session.find(collections::kReports, Concern::majority, filter, listed(report_members(), 1, 0),
                 [&](const bson_t* row) {
                   const auto report = read_report(row);
                   if (!report) {
                     fault = report.error();
                     return false;
                   }
                   figures = sum(figures, reported_by(*report, number));
                   return true;
                 });
    if (fault) return *std::move(fault);
    return figures;
  };
  auto figures = co_await engine_.run(Lane::quick, std::move(read));
  co_return figures;
}

Task<Result<void>> MongoReportStore::mark_windows(const std::vector<ReportNumber>& numbers) {
  auto work = [&numbers](Session& session) -> Result<void> {
    std::vector<Document> marks;
    marks.reserve(numbers.size());
    for (const ReportNumber number : numbers) marks.push_back(with_id(number));
    for (const auto& failure : session.insert_all(collections::kMarks, marks)) {
      if (failure && failure->failure() != Failure::duplicate_key) throw MongoError(*failure);
    }
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<std::vector<ReportNumber>>> MongoReportStore::marked_windows() {
  auto read = [](Session& session) -> Result<std::vector<ReportNumber>> {
    std::vector<ReportNumber> numbers;
    Document sort;
    sort.small("_id", 1);
    Document options;
    options.document("sort", sort);
    session.find(collections::kMarks, Concern::majority, {}, options, [&](const bson_t* row) {
      numbers.push_back(Reader(row).integer("_id").value_or(0));
      return true;
    });
    return numbers;
  };
  auto numbers = co_await engine_.run(Lane::quick, std::move(read));
  co_return numbers;
}

}  // namespace invoicing::mongo
