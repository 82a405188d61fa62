#include "rest/operations_routes.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "codec/json_writer.hpp"
#include "rest/contract.hpp"
#include "rest/negotiation.hpp"

namespace invoicing::rest {

namespace {

// The parameters are the coroutine's own, so it does not depend on the handler's life.
Task<http::Response> answer(std::string_view type, std::shared_ptr<const std::string> body) {
  co_return http::Response{.status = 200, .content_type = type, .body = std::move(body)};
}

// Whatever Accept says: a probe that is told 406 would take a healthy process for a dead one.
http::Handler constant(std::string_view type, std::string_view body) {
  // Shared, so that an answer is a reference count and not a copy.
  return [type, shared = std::make_shared<const std::string>(body)](
             http::Request&, http::BodyReader&) { return answer(type, shared); };
}

Task<http::Response> readiness(const OperationsDoors& doors) {
  const std::vector<Missing> missing = doors.missing();
  std::string body =
      missing.empty() ? R"({"status":"ready","missing":[)" : R"({"status":"not_ready","missing":[)";
  for (const Missing& what : missing) {
    if (body.back() != '[') body += ',';
    body += "{\"name\":";
    codec::append_json_string(body, what.name);
    body += ",\"detail\":";
    codec::append_json_string(body, what.detail);
    body += '}';
  }
  body += "]}";
  http::Response response{
      .status = missing.empty() ? 200U : 503U, .content_type = kJson, .body = std::move(body)};
  if (!missing.empty()) response.add_header("Retry-After", "5");
  co_return response;
}

}  // namespace

void add_health_routes(http::Router& router, const OperationsDoors& doors,
                       const Authentication& authentication) {
  using http::Method;
  router.add({.method = Method::get,
              .pattern = "/healthz",
              .name = "healthz",
              .handler = constant(kJson, R"({"status":"ok"})")});
  router.add({.method = Method::get,
              .pattern = "/readyz",
              .name = "readyz",
              .handler = [doors](http::Request&, http::BodyReader&) { return readiness(doors); }});
  router.add({.method = Method::get,
              .pattern = "/metrics",
              .name = "metrics",
              .handler = authentication.require(
                  Scope::metrics_read, [doors](http::Request&, http::BodyReader&, Caller) {
                    return answer("text/plain; version=0.0.4; charset=utf-8",
                                  std::make_shared<const std::string>(doors.metrics()));
                  })});
}

void add_contract_routes(http::Router& router) {
  using http::Method;
  router.add({.method = Method::get,
              .pattern = "/openapi.yaml",
              .name = "openapi_yaml",
              .handler = constant("application/yaml", openapi_yaml())});
  router.add({.method = Method::get,
              .pattern = "/openapi.json",
              .name = "openapi_json",
              .handler = constant(kJson, openapi_json())});
}

void add_operations_routes(http::Router& router, const OperationsDoors& doors,
                           const Authentication& authentication) {
  add_health_routes(router, doors, authentication);
  add_contract_routes(router);
}

}  // namespace invoicing::rest
