#pragma once
// A server in this process with the routes that the tests need.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/server.hpp"

namespace invoicing::http::test {

inline constexpr std::chrono::seconds kPatience{20};

/// Deadlines are long unless a test shortens the one that it is about; the sweep is fast.
inline ServerOptions test_options() {
  ServerOptions options;
  options.sweep_interval = std::chrono::milliseconds(5);
  options.linger_timeout = std::chrono::milliseconds(2000);
  return options;
}

/// Lets a handler wait for the test without blocking its thread.
class Gate {
 public:
  void open() { open_.store(true); }
  bool is_reached() const { return waiting_.load() > 0; }
  Task<void> pass() {
    waiting_.fetch_add(1);
    using Timer = boost::asio::basic_waitable_timer<
        std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
    const Executor executor = co_await boost::asio::this_coro::executor;
    Timer timer(executor);
    while (!open_.load()) {
      timer.expires_after(std::chrono::milliseconds(1));
      co_await timer.async_wait(boost::asio::use_awaitable_t<Executor>());
    }
  }

 private:
  std::atomic<bool> open_ = false;
  std::atomic<int> waiting_ = 0;
};

/// Calls `condition` until it holds; false if it does not within the patience.
inline bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

struct Seen {
  std::string route;
  Method method;
  unsigned status;
  std::uint64_t received;
  std::uint64_t sent;
  std::string failure;
  bool aborted;
  std::string request_id;
  std::string traceparent;
};

inline Response text(unsigned status, std::string body) {
  Response response{.status = status, .content_type = "text/plain"};
  response.body = std::move(body);
  return response;
}

inline unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed_request:
      return 400;
    case ErrorCode::request_timeout:
      return 408;
    case ErrorCode::body_too_large:
      return 413;
    default:
      return 500;
  }
}

/// `count` pieces of `bytes` each, then the end, or an error if `fail_after` pieces were sent.
class CountingSource final : public BodySource {
 public:
  CountingSource(std::size_t count, std::size_t bytes, std::size_t fail_after = SIZE_MAX)
      : count_(count), bytes_(bytes), fail_after_(fail_after) {}
  Task<Result<bool>> next(std::string& chunk) override {
    if (sent_ == fail_after_) co_return Error(ErrorCode::storage_unavailable, "the store is away");
    if (sent_ == count_) co_return false;
    chunk.append(bytes_, static_cast<char>('a' + sent_ % 26));
    ++sent_;
    co_return true;
  }

 private:
  std::size_t count_, bytes_, fail_after_, sent_ = 0;
};

/// Sends what it reads, as it reads it, line ends and all.
class EchoSource final : public BodySource {
 public:
  explicit EchoSource(BodyReader& body) : body_(body) {}
  Task<Result<bool>> next(std::string& chunk) override {
    const auto piece = co_await body_.read_some();
    if (!piece) co_return piece.error();
    chunk.append(*piece);
    co_return !piece->empty();
  }

 private:
  BodyReader& body_;
};

class TestServer {
 public:
  explicit TestServer(ServerOptions options = test_options(),
                      const std::function<void(Router&)>& more_routes = {}) {
    Router router = routes();
    if (more_routes) more_routes(router);
    server_ = std::make_unique<Server>(
        std::move(options), std::move(router),
        [](const Error& error, unsigned status) {
          return text(status, "error: " + error.detail());
        },
        [this](const Observation& seen) { observe(seen); });
    server_->start();
  }

  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->local_port(); }
  Gate& gate() { return gate_; }

  /// The observations so far, once there are at least `count`.
  std::vector<Seen> wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return seen_.size() >= count; })) {
      throw std::runtime_error("requests were not finished");
    }
    return seen_;
  }

 private:
  void observe(const Observation& seen) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(Seen{std::string(seen.route), seen.method, seen.status,
                         seen.body_bytes_received, seen.body_bytes_sent, std::string(seen.failure),
                         seen.aborted, std::string(seen.request_id),
                         std::string(seen.traceparent)});
    changed_.notify_all();
  }

  static Task<Response> echo(Request&, BodyReader& body) {
    auto whole = co_await body.read_all();
    if (!whole) co_return text(status_of(whole.error().code()), "error: " + whole.error().detail());
    co_return text(200, std::move(*whole));
  }

  Router routes() {
    const auto add = [](Router& router, Method method, const char* pattern, const char* name,
                        Handler handler) {
      router.add(
          Route{.method = method, .pattern = pattern, .name = name, .handler = std::move(handler)});
    };
    Router router;
    add(router, Method::get, "/", "root",
        [](Request&, BodyReader&) -> Task<Response> { co_return text(200, "root"); });
    add(router, Method::get, "/hello/{name}", "hello",
        [](Request& request, BodyReader&) -> Task<Response> {
          co_return text(200, "hello " + std::string(request.path_parameter("name")));
        });
    add(router, Method::post, "/", "echo", &TestServer::echo);
    add(router, Method::post, "/ignore", "ignore",
        [](Request&, BodyReader&) -> Task<Response> { co_return text(202, "ignored"); });
    add(router, Method::get, "/throw", "throw", [](Request&, BodyReader&) -> Task<Response> {
      throw std::runtime_error("secret of the house");
      co_return Response();
    });
    add(router, Method::get, "/inject", "inject", [](Request&, BodyReader&) -> Task<Response> {
      Response response = text(200, "x");
      response.add_header("Location", "/a\r\nSet-Cookie: evil");
      co_return response;
    });
    add(router, Method::get, "/nothing", "nothing", [](Request&, BodyReader&) -> Task<Response> {
      Response response{.status = 304};
      response.add_header("ETag", "\"1\"");
      response.body = std::string("must not be sent");
      co_return response;
    });
    add(router, Method::get, "/wait", "wait", [this](Request&, BodyReader&) -> Task<Response> {
      co_await gate_.pass();
      co_return text(200, "waited");
    });
    add(router, Method::get, "/peer", "peer", [](Request& request, BodyReader&) -> Task<Response> {
      co_return text(200, std::string(request.remote_address));
    });
    add(router, Method::get, "/secure", "secure",
        [](Request& request, BodyReader&) -> Task<Response> {
          co_return text(200, request.secure ? "secure" : "plain");
        });
    add_streams(router);
    return router;
  }

  static Task<Response> stream(std::unique_ptr<BodySource> source) {
    Response response{.status = 200, .content_type = "text/plain"};
    response.body = std::move(source);
    co_return response;
  }

  static void add_streams(Router& router) {
    const auto counting = [&](const char* pattern, std::size_t count, std::size_t bytes,
                              std::size_t fail_after) {
      router.add(Route{.method = Method::get,
                       .pattern = pattern,
                       .name = pattern,
                       .handler = [=](Request&, BodyReader&) {
                         return stream(std::make_unique<CountingSource>(count, bytes, fail_after));
                       }});
    };
    counting("/stream", 5, 10, SIZE_MAX);
    counting("/stream/endless", SIZE_MAX, 64 * 1024, SIZE_MAX);
    counting("/stream/broken", 5, 10, 3);
    counting("/stream/unavailable", 5, 10, 0);
    router.add(Route{
        .method = Method::post,
        .pattern = "/stream/echo",
        .name = "stream_echo",
        .handler = [](Request&,
                      BodyReader& body) { return stream(std::make_unique<EchoSource>(body)); },
        .streaming_body = true});
  }

  Gate gate_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seen> seen_;
  std::unique_ptr<Server> server_;  // last: its threads use what stands above
};

}  // namespace invoicing::http::test
