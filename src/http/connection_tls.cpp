// What of Connection is there for TLS alone.

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/connection.hpp"
#include "http/transient.hpp"

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;

}  // namespace

Task<bool> Connection::shake_hands() {
  const auto context = options_.tls->current();
  tls_ = TlsSession::create(*context, socket_);
  if (!tls_) co_return false;
  expired_ = false;
  wait_for(Waiting::handshake, options_.head_timeout);
  boost::system::error_code ec;
  tls_->handshake(ec);
  while (is_transient(ec) && !expired_) {
    co_await socket_.async_wait(tls_->awaits(), asio::redirect_error(kAwait, ec));
    if (ec) break;
    tls_->handshake(ec);
  }
  waiting_ = Waiting::nothing;
  deadline_ = SteadyTime::max();
  if (!ec && !expired_) co_return true;
  if (tls_->begun()) add(worker_.counters.handshakes_failed, 1);
  // A reset would overtake the alert that says why.
  unread_input_ = ec == asio::error::connection_aborted && !expired_;
  co_return false;
}

// As async_read_some: suspends in any case, so that one client's bytes do not keep others waiting.
Task<std::size_t> Connection::receive_record(std::span<char> room) {
  bool has_waited = false;
  std::size_t bytes = tls_->read(room, received_);
  while (is_transient(received_)) {
    if (expired_) {
      received_ = asio::error::operation_aborted;
      break;
    }
    has_waited = true;
    co_await socket_.async_wait(tls_->awaits(), asio::redirect_error(kAwait, received_));
    if (received_) break;
    bytes = tls_->read(room, received_);
  }
  if (!has_waited) co_await asio::post(socket_.get_executor(), kAwait);
  co_return received_ ? 0 : bytes;
}

}  // namespace invoicing::http
