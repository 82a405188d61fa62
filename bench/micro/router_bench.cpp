// The way from the bytes of a head to a handler.

#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "http/request_parser.hpp"
#include "http/router.hpp"

namespace invoicing::http {
namespace {

Router service_routes() {
  Router router;
  const auto add = [&router](Method method, const char* pattern) {
    router.add({.method = method,
                .pattern = pattern,
                .name = pattern,
                .handler = [](Request&, BodyReader&) -> Task<Response> { co_return Response(); }});
  };
  add(Method::post, "/invoices");
  add(Method::get, "/invoices");
  add(Method::post, "/invoices/import");
  add(Method::get, "/invoices/{id}");
  add(Method::post, "/invoices/{id}/void");
  add(Method::get, "/reports");
  add(Method::get, "/reports/current");
  add(Method::get, "/reports/{businessDay}");
  add(Method::get, "/reports/{businessDay}/mail");
  add(Method::post, "/reports/{businessDay}/resend");
  add(Method::get, "/healthz");
  add(Method::get, "/readyz");
  add(Method::get, "/metrics");
  return router;
}

void router_match(benchmark::State& state, Method method, std::string_view path) {
  const Router router = service_routes();
  Request request;
  for (auto _ : state) {
    request.method = method;
    request.path = path;
    benchmark::DoNotOptimize(router.match(request).route);
  }
}
BENCHMARK_CAPTURE(router_match, literal, Method::get, "/healthz");
BENCHMARK_CAPTURE(router_match, parameter, Method::get, "/invoices/6921a0f0c0ffee0123456789");
BENCHMARK_CAPTURE(router_match, deep, Method::post, "/invoices/6921a0f0c0ffee0123456789/void");
BENCHMARK_CAPTURE(router_match, unknown, Method::get, "/wp-login.php");

void head_parse(benchmark::State& state) {
  constexpr std::string_view kHead =
      "POST /invoices HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nUser-Agent: shop/1.0\r\nAccept: */*\r\n"
      "Content-Type: application/json\r\nIdempotency-Key: 7f3e2a52-1c39-4d9a-9a53-3f0f6f3f9d11\r\n"
      "Content-Length: 0\r\n\r\n";
  const ServerOptions options;
  RequestParser parser(options);
  Request request;
  for (auto _ : state) {
    const auto found = parser.find_head(kHead);
    benchmark::DoNotOptimize(parser.parse_head(kHead.substr(0, found.length), request));
  }
}
BENCHMARK(head_parse);

}  // namespace
}  // namespace invoicing::http
