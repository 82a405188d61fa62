#include "mongo/change_count.hpp"

#include <vector>

#include "mongo/engine.hpp"

namespace invoicing::mongo {

namespace {

std::int64_t count(Session& session, const char* when, Instant since, bool only_void) {
  Document later;
  later.instant("$gte", since);
  Document filter;
  filter.document(when, later);
  if (only_void) filter.text("status", "void");
  Document match;
  match.document("$match", filter);
  Document one;
  one.small("$sum", 1);
  Document groups;
  groups.null("_id").document("changes", one);
  Document group;
  group.document("$group", groups);
  std::vector<Document> pipeline;
  pipeline.push_back(std::move(match));
  pipeline.push_back(std::move(group));
  std::int64_t changes = 0;
  session.aggregate(collections::kInvoices, pipeline, [&](const bson_t* row) {
    changes = Reader(row).integer("changes").value_or(0);
    return true;
  });
  return changes;
}

}  // namespace

Task<Result<std::int64_t>> ChangeCount::changes_since(Instant since) {
  auto read = [since](Session& session) -> Result<std::int64_t> {
    return count(session, "recordedAt", since, false) + count(session, "voidedAt", since, true);
  };
  auto changes = co_await engine_.run(Lane::quick, std::move(read));
  co_return changes;
}

}  // namespace invoicing::mongo
