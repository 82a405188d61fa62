#include "rest/activity_routes.hpp"

#include <string>
#include <utility>

#include "codec/activity_json.hpp"
#include "codec/cursor.hpp"
#include "rest/invoice_query.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

Result<ActivityQuery> read_query(const std::vector<http::QueryParameter>& parameters) {
  ActivityQuery query;
  for (const http::QueryParameter& parameter : parameters) {
    if (parameter.name == "limit") {
      const auto limit = read_limit(parameter.value);
      if (!limit) return limit.error();
      query.limit = *limit;
    } else {
      const auto before = codec::read_activity_cursor(parameter.value);
      if (!before) return before.error();
      query.before = *before;
    }
  }
  return query;
}

Task<http::Response> list(ActivityLog& log, http::Request& request) {
  const auto type = choose_type(request, {kJson});
  if (!type) co_return problem(type.error());
  const auto parameters = read_parameters(request, {"limit", "cursor"});
  if (!parameters) co_return problem(parameters.error());
  const auto query = read_query(*parameters);
  if (!query) co_return problem(query.error());
  const auto page = co_await log.list(*query);
  if (!page) co_return problem(page.error());
  std::string body = "[";
  for (const Activity& entry : page->entries) {
    if (body.size() > 1) body += ',';
    codec::append_activity(body, entry);
  }
  body += ']';
  http::Response response{.status = 200, .content_type = kJson, .body = std::move(body)};
  if (page->next) {
    const std::string cursor = codec::write_activity_cursor(*page->next);
    response.add_header("Link", next_link("/activity", *parameters, cursor));
  }
  co_return response;
}

}  // namespace

void add_activity_routes(http::Router& router, ActivityLog& log,
                         const Authentication& authentication) {
  router.add({.method = http::Method::get,
              .pattern = "/activity",
              .name = "list_activity",
              .handler = authentication.require(
                  Scope::reports_manage, [&log](http::Request& request, http::BodyReader&, Caller) {
                    return list(log, request);
                  })});
}

}  // namespace invoicing::rest
