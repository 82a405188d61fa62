#include "mongo/activity_log.hpp"

#include <utility>

#include "mongo/engine.hpp"

namespace invoicing::mongo {
namespace {

/// Where entries of one kind stand, and under which names.
struct Source {
  ActivityKind kind;
  const char* collection;
  const char* at;
  const char* by;
  Document filter;
};

std::vector<Source> sources() {
  using enum ActivityKind;
  const auto of_kind = [](ActivityKind kind) {
    return std::move(Document().small("kind", static_cast<std::int32_t>(kind)));
  };
  std::vector<Source> all;
  all.push_back({invoice_created, collections::kInvoices, "recordedAt", "createdBy", {}});
  all.push_back({invoice_voided, collections::kInvoices, "voidedAt", "voidedBy",
                 std::move(Document().text("status", "void"))});
  for (const ActivityKind kind : kAppendedKinds) {
    all.push_back({kind, collections::kActivity, "at", "by", of_kind(kind)});
  }
  return all;
}

/// In the order of the list: each is a range of an index.
std::vector<Document> ranges(const Source& source, const ActivityBound& bound) {
  std::vector<Document> filters;
  if (bound.id) {
    Document same = source.filter;
    same.instant(source.at, bound.at).document("_id", Document().id("$lt", *bound.id));
    filters.push_back(std::move(same));
  }
  Document older = source.filter;
  older.document(source.at, Document().instant("$lt", bound.at));
  filters.push_back(std::move(older));
  return filters;
}

void read_source(Session& session, const Source& source, const ActivityQuery& query,
                 std::vector<Activity>& entries) {
  std::size_t wanted = query.limit + 1;
  for (const Document& filter : ranges(source, bound_for(source.kind, query.before))) {
    if (wanted == 0) return;
    Document sort;
    sort.small(source.at, -1).small("_id", -1);
    Document options;
    options.document("sort", sort).integer("limit", static_cast<std::int64_t>(wanted));
    session.find(source.collection, Concern::majority, filter, options, [&](const bson_t* row) {
      const Reader in(row);
      const auto at = in.instant(source.at);
      const auto id = in.id("_id");
      --wanted;
      if (at && id) {
        entries.push_back(
            {{*at, source.kind, *id}, in.text_or_empty("subject"), in.text_or_empty(source.by)});
      }
      return true;
    });
  }
}

}  // namespace

Task<Result<void>> MongoActivityLog::append(const Activity& entry) {
  auto work = [&entry](Session& session) -> Result<void> {
    Document document;
    document.id("_id", entry.position.id)
        .instant("at", entry.position.at)
        .small("kind", static_cast<std::int32_t>(entry.position.kind))
        .text("subject", entry.subject);
    if (entry.by.empty()) {
      document.null("by");
    } else {
      document.text("by", entry.by);
    }
    session.insert(collections::kActivity, document);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<ActivityPage>> MongoActivityLog::list(const ActivityQuery& query) {
  auto read = [&query](Session& session) -> Result<ActivityPage> {
    std::vector<Activity> entries;
    for (const Source& source : sources()) read_source(session, source, query, entries);
    return newest_of(std::move(entries), query.limit);
  };
  auto page = co_await engine_.run(Lane::quick, std::move(read));
  co_return page;
}

}  // namespace invoicing::mongo
