#include "rest/dead_letter_routes.hpp"

#include <memory>
#include <string>
#include <utility>

#include "codec/dead_letter_json.hpp"
#include "rest/invoice_query.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"
#include "rest/request_trace.hpp"

namespace invoicing::rest {

namespace {

constexpr std::size_t kLimit = 100;

codec::DeadLetterView view_of(const DeadLetter& letter) {
  return {.message_id = letter.message_id,
          .business_day = letter.business_day,
          .since = letter.since,
          .attempts = letter.attempts,
          .reason = letter.reason};
}

class DeadLetterRoutes {
 public:
  explicit DeadLetterRoutes(DeadLetterDoors doors) : doors_(std::move(doors)) {}

  Task<http::Response> list(http::Request& request, http::BodyReader&, Caller) const {
    const auto type = choose_type(request, {kJson});
    if (!type) co_return problem(type.error());
    const auto parameters = read_parameters(request, {"limit"});
    if (!parameters) co_return problem(parameters.error());
    std::size_t limit = kLimit;
    for (const http::QueryParameter& parameter : *parameters) {
      const auto read = read_limit(parameter.value);
      if (!read) co_return problem(read.error());
      limit = *read;
    }
    const auto letters = co_await doors_.letters.list(limit);
    if (!letters) co_return problem(letters.error());
    std::string body = "[";
    for (const DeadLetter& letter : *letters) {
      if (body.size() > 1) body += ',';
      codec::append_dead_letter(body, view_of(letter));
    }
    body += ']';
    co_return http::Response{.status = 200, .content_type = kJson, .body = std::move(body)};
  }

  Task<http::Response> requeue(http::Request& request, http::BodyReader&, Caller caller) const {
    const auto id =
        co_await admit(request, ActivityKind::dead_letter_requeue_requested, std::move(caller));
    if (!id) co_return problem(id.error());
    const auto letter = co_await doors_.letters.requeue(*id, trace_of(request));
    co_return settled(letter, 202);
  }

  Task<http::Response> drop(http::Request& request, http::BodyReader&, Caller caller) const {
    const auto id =
        co_await admit(request, ActivityKind::dead_letter_drop_requested, std::move(caller));
    if (!id) co_return problem(id.error());
    const auto letter = co_await doors_.letters.drop(*id);
    co_return settled(letter, 200);
  }

 private:
  static Result<void> check(const http::Request& request) {
    const auto type = choose_type(request, {kJson});
    if (!type) return type.error();
    const auto parameters = read_parameters(request, {});
    if (!parameters) return parameters.error();
    return {};
  }

  /// The id of a letter that is there, once the trail has what is about to be done to it.
  Task<Result<std::string>> admit(const http::Request& request, ActivityKind kind,
                                  Caller caller) const {
    const auto checked = check(request);
    if (!checked) co_return checked.error();
    const std::string id(request.path_parameter("messageId"));
    const auto letter = co_await doors_.letters.find(id);
    if (!letter) co_return letter.error();
    const auto recorded = co_await doors_.activity.record(kind, id, caller->id);
    if (!recorded) co_return recorded.error();
    co_return id;
  }

  http::Response settled(const Result<DeadLetter>& letter, unsigned status) const {
    if (!letter) return problem(letter.error());
    doors_.on_change();
    std::string body;
    codec::append_dead_letter(body, view_of(*letter));
    return {.status = status, .content_type = kJson, .body = std::move(body)};
  }

  DeadLetterDoors doors_;
};

}  // namespace

void add_dead_letter_routes(http::Router& router, const DeadLetterDoors& doors) {
  const auto routes = std::make_shared<const DeadLetterRoutes>(doors);
  const auto handler = [&routes, &doors](Scope scope, auto method) {
    return doors.authentication.require(
        scope, [routes, method](http::Request& request, http::BodyReader& reader, Caller caller) {
          return ((*routes).*method)(request, reader, std::move(caller));
        });
  };
  router.add({.method = http::Method::get,
              .pattern = "/dead-letters",
              .name = "list_dead_letters",
              .handler = handler(Scope::reports_read, &DeadLetterRoutes::list)});
  router.add({.method = http::Method::post,
              .pattern = "/dead-letters/{messageId}/requeue",
              .name = "requeue_dead_letter",
              .handler = handler(Scope::reports_manage, &DeadLetterRoutes::requeue)});
  router.add({.method = http::Method::post,
              .pattern = "/dead-letters/{messageId}/drop",
              .name = "drop_dead_letter",
              .handler = handler(Scope::reports_manage, &DeadLetterRoutes::drop)});
}

}  // namespace invoicing::rest
