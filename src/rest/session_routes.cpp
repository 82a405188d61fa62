#include "rest/session_routes.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/session_json.hpp"
#include "rest/invoice_query.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"
#include "rest/session_cookie.hpp"

namespace invoicing::rest {

namespace {

http::Response document(unsigned status, const Principal& caller,
                        const std::optional<Instant>& expires_at) {
  http::Response response{.status = status, .content_type = kJson};
  response.body = codec::write_session(caller, expires_at);
  response.add_header("Cache-Control", "no-store");
  return response;
}

http::Response refusal(const Error& error) {
  http::Response response = problem(error);
  if (error.code() == ErrorCode::unauthorized) {
    response.add_header("WWW-Authenticate", std::string(kChallenge));
  }
  return response;
}

class SessionRoutes {
 public:
  explicit SessionRoutes(const SessionDoors& doors) : doors_(doors) {}

  Task<http::Response> begin(http::Request& request, http::BodyReader& reader) const {
    const auto checked = check(request, true);
    if (!checked) co_return problem(checked.error());
    const auto body = co_await reader.read_all();
    if (!body) co_return problem(body.error());
    auto key = codec::read_log_in_request(*body);
    if (!key) co_return problem(key.error());
    if (doors_.log_in == nullptr) {
      co_return refusal(Error(ErrorCode::unauthorized,
                              "nobody logs in here with an API key: AUTH is `off` or `jwt`"));
    }
    const auto made = co_await doors_.log_in->begin(*std::move(key));
    if (!made) co_return refusal(made.error());
    http::Response response = document(201, *made->who.caller, made->who.expires_at);
    const auto lifetime =
        std::chrono::ceil<std::chrono::seconds>(made->who.expires_at - doors_.clock.now());
    response.add_header("Set-Cookie", session_cookie(request, made->token, lifetime));
    co_return response;
  }

  Task<http::Response> show(http::Request& request, http::BodyReader&, Caller caller) const {
    const auto checked = check(request, false);
    if (!checked) co_return problem(checked.error());
    std::optional<Instant> expires_at;
    const auto token = session_token(request);
    if (token && doors_.log_in != nullptr) {
      const auto who = co_await doors_.log_in->find(std::string(*token));
      if (!who) co_return problem(who.error());
      expires_at = who->expires_at;
    }
    co_return document(200, *caller, expires_at);
  }

  Task<http::Response> end(http::Request& request, http::BodyReader&) const {
    const auto own = require_own_origin(request);
    if (!own) co_return problem(own.error());
    const auto parameters = read_parameters(request, {});
    if (!parameters) co_return problem(parameters.error());
    const auto token = session_token(request);
    if (token && doors_.log_in != nullptr) {
      const auto ended = co_await doors_.log_in->end(std::string(*token));
      if (!ended) co_return problem(ended.error());
    }
    http::Response response{.status = 204};
    response.add_header("Set-Cookie", session_cookie(request, "", std::chrono::seconds{0}));
    co_return response;
  }

 private:
  static Result<void> check(const http::Request& request, bool has_body) {
    const auto chosen = choose_type(request, {kJson});
    if (!chosen) return chosen.error();
    const auto parameters = read_parameters(request, {});
    if (!parameters) return parameters.error();
    if (!has_body) return {};
    const auto type = require_content_type(request, kJson);
    if (!type) return type.error();
    return require_own_origin(request);
  }

  SessionDoors doors_;
};

}  // namespace

void add_session_routes(http::Router& router, const SessionDoors& doors) {
  const auto routes = std::make_shared<const SessionRoutes>(doors);
  router.add({.method = http::Method::post,
              .pattern = "/session",
              .name = "log_in",
              .handler = doors.authentication.admit_anybody(
                  [routes](http::Request& request, http::BodyReader& reader) {
                    return routes->begin(request, reader);
                  })});
  router.add({.method = http::Method::get,
              .pattern = "/session",
              .name = "get_session",
              .handler = doors.authentication.require_any(
                  [routes](http::Request& request, http::BodyReader& reader, Caller caller) {
                    return routes->show(request, reader, std::move(caller));
                  })});
  router.add({.method = http::Method::del,
              .pattern = "/session",
              .name = "log_out",
              .handler = doors.authentication.admit_anybody(
                  [routes](http::Request& request, http::BodyReader& reader) {
                    return routes->end(request, reader);
                  })});
}

}  // namespace invoicing::rest
