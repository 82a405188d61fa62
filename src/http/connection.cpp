#include "http/connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "http/lag_probe.hpp"

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kReadBytes = 4 * 1024;
constexpr std::string_view kMalformedRoute = "malformed";
constexpr std::string_view kUnmatchedRoute = "unmatched";

std::string address_text(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

Error internal_error() {
  return Error(ErrorCode::internal_error, "Something went wrong here.");
}

}  // namespace

Connection::Connection(WorkerContext& worker, Socket socket, const asio::ip::address& peer)
    : worker_(worker),
      options_(worker.server.options),
      socket_(std::move(socket)),
      peer_(peer),
      remote_address_(address_text(peer)),
      parser_(options_),
      body_(*this) {
  add(worker_.counters.connections_open, 1);
  add(worker_.counters.connections_accepted, 1);
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

Connection::~Connection() {
  if (running_) add(worker_.counters.requests_running, -1);
  worker_.server.limiter.release(peer_);
  add(worker_.counters.connections_open, -1);
  if (!is_draining()) return;
  const std::lock_guard lock(worker_.server.drain_mutex);
  worker_.server.drain_progress.notify_all();
}

Task<void> Connection::run() {
  bool lives_on = true;
  if (options_.tls) lives_on = co_await shake_hands();
  while (lives_on) {
    const bool received = co_await receive_head();
    if (!received) break;
    lives_on = co_await serve();
    served_ = true;
  }
  co_await close();
}

Task<bool> Connection::receive_head() {
  head_held_ = false;
  waiting_ = Waiting::nothing;
  for (;;) {
    const RequestParser::Head head = parser_.find_head(input_.view());
    if (head.state == RequestParser::Head::State::complete) {
      waiting_ = Waiting::nothing;
      deadline_ = SteadyTime::max();
      head_ = input_.view().substr(0, head.length);
      input_.consume(head.length);
      co_return true;
    }
    if (head.state == RequestParser::Head::State::faulty) {
      answer_fault(head.fault);
      co_return false;
    }
    const bool flushed = co_await flush();
    if (!flushed) co_return false;
    if (is_draining() && nothing_arrived()) co_return false;
    input_.shrink();
    const bool idle = input_.empty() && served_;
    if (idle) {
      wait_for(Waiting::idle, options_.idle_timeout);
    } else if (waiting_ != Waiting::head) {
      wait_for(Waiting::head, options_.head_timeout);
    }
    const std::size_t bytes =
        co_await receive(kReadBytes, std::max(options_.head_bytes_max, InputBuffer::kInitialBytes));
    // A deadline that passes together with a last byte has passed.
    if (expired_ && !idle) {
      if (!input_.empty()) {
        answer_fault(ParseFault{ErrorCode::request_timeout, 408,
                                "The request's head did not arrive in time."});
      }
      co_return false;
    }
    if (bytes == 0) co_return false;
  }
}

Task<bool> Connection::serve() {
  begin_request();
  const auto fault = parser_.parse_head(head_, request_);
  request_.remote_address = remote_address_;
  request_.secure = tls_ != nullptr;
  request_.thread_lag = worker_.lag.measure(worker_.now);
  name_request();
  if (fault) {
    request_.route_name = kMalformedRoute;
    answer_fault(*fault);
    co_return false;
  }
  const Router::Match match = worker_.server.router.match(request_);
  if (match.route == nullptr) request_.route_name = kUnmatchedRoute;
  const bool streaming = match.route != nullptr && match.route->streaming_body;
  const std::uint64_t named_max = match.route == nullptr ? 0 : match.route->body_bytes_max;
  const std::uint64_t whole_max = named_max == 0 ? options_.body_bytes_max : named_max;
  body_.begin(streaming ? named_max : whole_max, whole_max, streaming,
              !request_.http_1_0 && !parser_.body_ended() && !parser_.expectation().empty());
  if (auto refused = refusal(match)) co_return answer(std::move(*refused));

  std::optional<Response> response;
  try {
    response.emplace(co_await match.route->handler(request_, body_));
  } catch (const std::exception& exception) {
    failure_ = exception.what();
  } catch (...) {
    failure_ = "an exception that is no std::exception";
  }
  if (response && !is_sendable(*response)) {
    failure_ = "the handler's answer has an impossible status or header";
    response.reset();
  }
  if (!response) co_return answer(error_response(internal_error(), 500));
  if (std::holds_alternative<std::unique_ptr<BodySource>>(response->body)) {
    const bool lives_on = co_await send_stream(std::move(*response));
    co_return lives_on;
  }
  const bool lives_on = answer(std::move(*response));
  if (output_.bytes() < options_.pipelined_bytes_max) co_return lives_on;
  const bool flushed = co_await flush();
  co_return flushed&& lives_on;
}

// What can be said without running a handler.
std::optional<Response> Connection::refusal(const Router::Match& match) {
  const auto allow_only = [](const std::string& allow) {
    Response response{.status = 204};
    response.add_header("Allow", allow);
    return response;
  };
  if (request_.path == "*" && request_.method == Method::options) {
    return allow_only(worker_.server.router.allow_all());
  }
  if (request_.method == Method::other) {
    return error_response(Error(ErrorCode::not_implemented, "This method is not known here."), 501);
  }
  if (match.allow == nullptr) {
    return error_response(Error(ErrorCode::route_not_found, "There is nothing at this path."), 404);
  }
  if (match.route == nullptr && request_.method == Method::options) return allow_only(*match.allow);
  if (match.route == nullptr) {
    Response response = error_response(
        Error(ErrorCode::method_not_allowed, "This path allows " + *match.allow + "."), 405);
    response.add_header("Allow", *match.allow);
    return response;
  }
  const std::string_view expectation = parser_.expectation();
  if (!expectation.empty() && !iequals(expectation, "100-continue")) {
    return error_response(
        Error(ErrorCode::unsupported_expectation, "Only 'Expect: 100-continue' is understood."),
        417);
  }
  if (parser_.has_content_encoding()) {
    return error_response(Error(ErrorCode::unsupported_media_type,
                                "Send the body as it is, without Content-Encoding."),
                          415);
  }
  const std::uint64_t limit = match.route->body_bytes_max != 0 ? match.route->body_bytes_max
                              : match.route->streaming_body    ? UINT64_MAX
                                                               : options_.body_bytes_max;
  if (parser_.content_length().value_or(0) > limit) {
    return error_response(Error(ErrorCode::body_too_large,
                                "The body is larger than " + std::to_string(limit) + " bytes."),
                          413);
  }
  return std::nullopt;
}

Response Connection::error_response(const Error& error, unsigned status) const {
  Response response = worker_.server.render_error(error, status);
  response.status = status;
  return response;
}

bool Connection::answer(Response response) {
  // A client that still waits for "100 Continue" may or may not send the body: only closing tells.
  const bool body_done = !body_.failed() && skip_buffered_body();
  const bool keep_alive = body_done && parser_.keeps_alive() && !is_draining();
  if (!body_done) unread_input_ = true;
  const unsigned status = response.status;
  const std::uint64_t sent = output_.append(std::move(response), framing(keep_alive));
  finish_request(status, sent, false);
  return keep_alive;
}

void Connection::answer_fault(const ParseFault& fault) {
  if (!running_) {
    begin_request();
    request_ = Request();
    request_.route_name = kMalformedRoute;
    request_.method = Method::other;
    request_.remote_address = remote_address_;
    request_.secure = tls_ != nullptr;
    name_request();
  }
  unread_input_ = true;
  Response response = error_response(Error(fault.code, std::string(fault.detail)), fault.status);
  const bool head_only = request_.method == Method::head;
  const Framing closing{.keep_alive = false,
                        .head_only = head_only,
                        .date = worker_.date,
                        .request_id = identity_.request_id()};
  const std::uint64_t sent = output_.append(std::move(response), closing);
  finish_request(fault.status, sent, false);
}

Framing Connection::framing(bool keep_alive) const {
  return Framing{.http_1_0 = request_.http_1_0,
                 .keep_alive = keep_alive,
                 .head_only = request_.method == Method::head,
                 .date = worker_.date,
                 .request_id = identity_.request_id()};
}

// Whether the request's body ends within what has arrived; that is then consumed.
bool Connection::skip_buffered_body() {
  while (!parser_.body_ended()) {
    const auto piece = parser_.decode_body(input_.view());
    input_.consume(piece.consumed);
    body_.count_skipped(piece.data.size());
    const bool goes_on = piece.state == RequestParser::Piece::State::data;
    if (!goes_on && piece.state != RequestParser::Piece::State::end) return false;
  }
  return true;
}

void Connection::begin_request() {
  running_ = true;
  started_ = worker_.now = std::chrono::steady_clock::now();
  add(worker_.counters.requests_running, 1);
  failure_.clear();
  body_.begin(0, 0, false, false);
}

void Connection::name_request() {
  identity_.name(request_, worker_.ids);
  request_.request_id = identity_.request_id();
  request_.traceparent = identity_.traceparent();
}

void Connection::finish_request(unsigned status, std::uint64_t body_bytes_sent, bool aborted) {
  running_ = false;
  add(worker_.counters.requests_running, -1);
  add(worker_.counters.requests_finished, 1);
  if (worker_.server.observer) observe(status, body_bytes_sent, aborted);
}

void Connection::observe(unsigned status, std::uint64_t body_bytes_sent, bool aborted) {
  const Observation observation{.route = request_.route_name,
                                .method = request_.method,
                                .status = status,
                                .duration = std::chrono::steady_clock::now() - started_,
                                .body_bytes_received = body_.bytes_received(),
                                .body_bytes_sent = body_bytes_sent,
                                .target = request_.target,
                                .remote_address = remote_address_,
                                .request_id = identity_.request_id(),
                                .traceparent = identity_.traceparent(),
                                .failure = failure_,
                                .aborted = aborted};
  worker_.server.observer(observation);
  if (!worker_.server.end_of_turn || worker_.turn_ends) return;
  worker_.turn_ends = true;
  asio::post(socket_.get_executor(), [&worker = worker_] {
    worker.turn_ends = false;
    worker.server.end_of_turn();
  });
}

}  // namespace invoicing::http
