#include "http/worker.hpp"

#include <array>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr asio::use_awaitable_t<Executor> kAwait;
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

Worker::Worker(ServerContext& server, const asio::ip::tcp::endpoint& endpoint, bool share_port)
    : context_{server, lag_},
      io_(1),
      lag_(io_.get_executor()),
      acceptor_(io_),
      scope_(io_.get_executor()) {
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  if (share_port) acceptor_.set_option(ReusePort(true));
  if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    acceptor_.set_option(asio::ip::v6_only(false));
  }
  acceptor_.bind(endpoint);
  acceptor_.listen(asio::socket_base::max_listen_connections);
  acceptor_.non_blocking(true);
  tick();
}

Worker::~Worker() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void Worker::start() {
  scope_.spawn(accept_connections());
  scope_.spawn(sweep());
  scope_.spawn(lag_.run());
  thread_ = std::thread([this] {
    const auto work = asio::make_work_guard(io_);
    io_.run();
  });
}

void Worker::tick() {
  context_.now = std::chrono::steady_clock::now();
  context_.date = imf_fixdate(std::chrono::system_clock::now());
}

Task<void> Worker::sweep() {
  Timer timer(io_.get_executor());
  for (;;) {
    timer.expires_after(context_.server.options.sweep_interval);
    co_await timer.async_wait(kAwait);
    tick();
    if (context_.server.end_of_turn) context_.server.end_of_turn();
    for (Connection& connection : connections_) connection.sweep(context_.now);
  }
}

Task<void> Worker::accept_connections() {
  while (acceptor_.is_open()) {
    asio::ip::tcp::endpoint peer;
    boost::system::error_code ec;
    Socket socket = co_await acceptor_.async_accept(peer, asio::redirect_error(kAwait, ec));
    if (!ec) {
      admit(std::move(socket), peer.address());
      continue;
    }
    if (ec == asio::error::operation_aborted) co_return;
    if (ec == asio::error::connection_aborted) continue;
    // Out of descriptors or memory: trying again at once would only burn the processor.
    Timer pause(io_.get_executor(), kAcceptPause);
    co_await pause.async_wait(kAwait);
  }
}

void Worker::admit(Socket socket, const asio::ip::address& peer) {
  if (!context_.server.limiter.admit(peer)) return refuse(std::move(socket));
  scope_.spawn(serve(std::move(socket), peer));
}

Task<void> Worker::serve(Socket socket, asio::ip::address peer) {
  Connection connection(context_, std::move(socket), peer);
  connections_.push_back(connection);
  co_await connection.run();
}

void Worker::refuse(Socket socket) {
  add(context_.counters.connections_refused, 1);
  // A handshake for a refusal would cost more than what it refuses.
  if (context_.server.options.tls) return;
  OutputQueue output;
  Response response = context_.server.render_error(
      Error(ErrorCode::overloaded, "Too many connections are open; try again later."), 503);
  response.status = 503;
  output.append(std::move(response), Framing{.keep_alive = false, .date = context_.date});
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(output.buffers(), ignored);
  socket.shutdown(asio::socket_base::shutdown_send, ignored);
  // A request that has come already would turn closing into a reset that overtakes the answer.
  std::array<char, 4096> waste;
  socket.read_some(asio::buffer(waste), ignored);
}

void Worker::accept_what_waits() {
  for (;;) {
    asio::ip::tcp::endpoint peer;
    boost::system::error_code ec;
    Socket socket(io_.get_executor());
    acceptor_.accept(socket, peer, ec);
    if (ec) return;
    admit(std::move(socket), peer.address());
  }
}

void Worker::begin_drain() {
  asio::post(io_, [this] {
    accept_what_waits();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (Connection& connection : connections_) connection.close_if_idle();
    // Behind the start of the connections that were just accepted.
    asio::post(io_, [this] {
      const std::lock_guard lock(context_.server.drain_mutex);
      drain_begun_.store(true);
      context_.server.drain_progress.notify_all();
    });
  });
}

void Worker::abort_all() {
  asio::post(io_, [this] {
    for (Connection& connection : connections_) connection.abort();
  });
}

bool Worker::drained() const {
  return drain_begun_.load() &&
         context_.counters.connections_open.load(std::memory_order_relaxed) == 0;
}

}  // namespace invoicing::http
