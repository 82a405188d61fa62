// The half of Connection that touches the socket: reading, writing, deadlines, closing.

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/connection.hpp"
#include "http/transient.hpp"

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;
constexpr std::size_t kBodyWindowBytes = 64 * 1024;

// A source that cannot begin: what is broken inside is 500, what may pass is 503.
unsigned status_of_source_error(ErrorCode code) {
  const bool broken = code == ErrorCode::internal_error || code == ErrorCode::stored_data_invalid;
  return broken ? 500 : 503;
}

}  // namespace

void Connection::wait_for(Waiting what, std::chrono::milliseconds timeout) {
  waiting_ = what;
  // worker_.now may be one sweep old: never early, at most two sweeps late.
  deadline_ = worker_.now + options_.sweep_interval + timeout;
}

void Connection::sweep(SteadyTime now) {
  if (now < deadline_) return;
  deadline_ = SteadyTime::max();
  expired_ = true;
  worker_.counters.deadlines_missed.fetch_add(1, std::memory_order_relaxed);
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

bool Connection::nothing_arrived() {
  if (!input_.empty()) return false;
  if (tls_ && (waiting_ == Waiting::handshake ? tls_->begun() : tls_->has_pending())) return false;
  boost::system::error_code ec;
  const std::size_t waiting_bytes = socket_.available(ec);
  return ec || waiting_bytes == 0;
}

void Connection::close_if_idle() {
  const bool between_requests =
      waiting_ == Waiting::handshake || waiting_ == Waiting::idle || waiting_ == Waiting::head;
  boost::system::error_code ignored;
  if (between_requests && nothing_arrived()) socket_.cancel(ignored);
}

void Connection::abort() {
  aborted_ = true;
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

// 0: failed, see received_ and expired_.
Task<std::size_t> Connection::receive(std::size_t wanted, std::size_t size_max) {
  expired_ = false;
  const auto room = input_.prepare(wanted, size_max);
  std::size_t bytes = 0;
  if (tls_) {
    bytes = co_await receive_record(room);
  } else {
    bytes = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()),
                                             asio::redirect_error(kAwait, received_));
  }
  if (received_) co_return 0;
  input_.commit(bytes);
  co_return bytes;
}

Task<bool> Connection::receive_body(std::size_t wanted) {
  expired_ = false;
  if (body_.awaits_continue()) {
    body_.forget_continue();
    if (input_.empty()) output_.append_continue();
  }
  // The client may wait for the answers before this one, or for the 100.
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  if (!head_held_) {
    // The request's views point into this buffer: it stays as it is until the request is done.
    std::swap(input_, held_);
    input_.assign(held_.view());
    head_held_ = true;
    body_deadline_ = worker_.now + options_.sweep_interval + options_.body_timeout;
  }
  // Full without a piece of body in it: one chunk header or trailer that never ends.
  if (input_.size() >= kBodyWindowBytes) co_return false;
  wait_for(Waiting::body, options_.body_progress_timeout);
  if (!body_.streaming()) deadline_ = std::min(deadline_, body_deadline_);
  const std::size_t bytes = co_await receive(wanted, kBodyWindowBytes);
  waiting_ = Waiting::nothing;
  deadline_ = SteadyTime::max();
  co_return bytes > 0;
}

std::size_t Connection::send_some(boost::system::error_code& ec) {
  return tls_ ? tls_->write(output_.buffers(), ec) : socket_.write_some(output_.buffers(), ec);
}

Task<bool> Connection::flush() {
  while (!output_.empty() && !aborted_) {
    boost::system::error_code ec;
    // Nearly always the kernel takes all of it at once; then no coroutine has to be suspended.
    const std::size_t bytes = send_some(ec);
    if (is_transient(ec)) {
      const Waiting before = std::exchange(waiting_, Waiting::write);
      const SteadyTime deadline_before = deadline_;
      wait_for(Waiting::write, options_.write_progress_timeout);
      co_await socket_.async_wait(tls_ ? tls_->awaits() : Socket::wait_write,
                                  asio::redirect_error(kAwait, ec));
      waiting_ = before;
      deadline_ = deadline_before;
      if (!ec) continue;
    }
    if (ec) {
      aborted_ = true;
      break;
    }
    output_.consume(bytes);
  }
  co_return !aborted_;
}

Task<bool> Connection::send_stream(Response response) {
  const auto source = std::move(std::get<std::unique_ptr<BodySource>>(response.body));
  const unsigned status = response.status;
  const bool may_keep = parser_.keeps_alive() && !is_draining() && !request_.http_1_0;
  Framing how = framing(may_keep);
  if (how.head_only || !source) {
    output_.append_stream_head(response, how);
    if (!source && !how.head_only) output_.append_end_of_stream(how);
    unread_input_ = !skip_buffered_body();
    finish_request(status, 0, false);
    co_return may_keep && !unread_input_;
  }
  std::string chunk;
  std::uint64_t sent = 0;
  bool begun = false;
  for (bool more = true; more;) {
    chunk.clear();
    std::optional<Result<bool>> pulled;
    try {
      pulled.emplace(co_await source->next(chunk));
    } catch (const std::exception& exception) {
      failure_ = exception.what();
      pulled.emplace(Error(ErrorCode::internal_error, "Something went wrong here."));
    }
    if (!*pulled && !begun) {
      const Error error = pulled->error();
      co_return answer(error_response(error, status_of_source_error(error.code())));
    }
    if (!*pulled) {
      abort();
      break;
    }
    more = **pulled;
    if (!begun) {
      how.date = worker_.date;  // the one from before the source was waited for may be gone
      output_.append_stream_head(response, how);
    }
    begun = true;
    body_.forget_continue();
    if (!chunk.empty()) output_.append_piece(chunk, how);
    if (!more) output_.append_end_of_stream(how);
    const bool flushed = co_await flush();
    if (!flushed) break;
    sent += chunk.size();
  }
  finish_request(status, sent, aborted_);
  if (aborted_) co_return false;
  unread_input_ = body_.failed() || !skip_buffered_body();
  co_return may_keep && !unread_input_;
}

Task<void> Connection::close() {
  const bool flushed = co_await flush();
  if (!flushed) {
    abort();
    co_return;
  }
  if (tls_) tls_->shut_down();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  if (unread_input_ || !input_.empty()) co_await linger();
  socket_.close(ignored);
}

// Closing with unread input would reset the connection, and the reset may overtake the answer.
Task<void> Connection::linger() {
  wait_for(Waiting::linger, options_.linger_timeout);
  std::array<char, 8 * 1024> waste;
  expired_ = false;
  boost::system::error_code ec;
  for (std::uint64_t drained = 0; drained < options_.drain_bytes_max && !ec && !expired_;) {
    drained +=
        co_await socket_.async_read_some(asio::buffer(waste), asio::redirect_error(kAwait, ec));
  }
}

}  // namespace invoicing::http
