#include "http/server.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/server_context.hpp"
#include "http/worker.hpp"

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

std::string listen_failure(const ServerOptions& options, std::string_view reason) {
  return "cannot listen on " + options.address + " port " + std::to_string(options.port) + ": " +
         std::string(reason);
}

// Sockets that share a port (SO_REUSEPORT) never collide with another process that shares it too;
// this one does not share and so finds out.
void check_port_is_free(const asio::ip::tcp::endpoint& endpoint) {
  asio::io_context io;
  asio::ip::tcp::acceptor probe(io);
  probe.open(endpoint.protocol());
  probe.set_option(asio::socket_base::reuse_address(true));
  probe.bind(endpoint);
}

}  // namespace

struct Server::Shared : ServerContext {
  using ServerContext::ServerContext;
};

struct Server::Threads {
  std::vector<std::unique_ptr<Worker>> workers;
  std::uint16_t port = 0;
};

Server::Server(ServerOptions options, Router router, ErrorRenderer render_error, Observer observer,
               EndOfTurn end_of_turn)
    : shared_(std::make_unique<Shared>(std::move(options), std::move(router),
                                       std::move(render_error), std::move(observer),
                                       std::move(end_of_turn))),
      threads_(std::make_unique<Threads>()) {
  const ServerOptions& used = shared_->options;
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(used.address, ec);
  if (ec) throw std::runtime_error(listen_failure(used, "not a numeric IPv4 or IPv6 address"));
  if (used.threads == 0) throw std::runtime_error(listen_failure(used, "no threads to do it"));
  try {
    asio::ip::tcp::endpoint endpoint(address, used.port);
    const bool share_port = used.threads > 1;
    if (share_port && used.port != 0) check_port_is_free(endpoint);
    for (unsigned i = 0; i < used.threads; ++i) {
      threads_->workers.push_back(std::make_unique<Worker>(*shared_, endpoint, share_port));
      endpoint.port(threads_->workers.back()->local_endpoint().port());
    }
    threads_->port = endpoint.port();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(listen_failure(used, error.code().message()));
  }
}

Server::~Server() = default;

void Server::start() {
  for (auto& worker : threads_->workers) worker->start();
}

std::uint16_t Server::local_port() const {
  return threads_->port;
}

bool Server::drain(std::chrono::milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  shared_->draining.store(true);
  auto& workers = threads_->workers;
  for (auto& worker : workers) worker->begin_drain();
  std::unique_lock lock(shared_->drain_mutex);
  const bool drained = shared_->drain_progress.wait_until(lock, until, [&] {
    return std::all_of(workers.begin(), workers.end(),
                       [](const auto& worker) { return worker->drained(); });
  });
  lock.unlock();
  if (!drained) {
    for (auto& worker : workers) worker->abort_all();
  }
  return drained;
}

ServerStatistics Server::statistics() const {
  ServerStatistics sum;
  for (const auto& worker : threads_->workers) {
    const WorkerCounters& counters = worker->counters();
    const auto read = [](const std::atomic<std::uint64_t>& counter) {
      return counter.load(std::memory_order_relaxed);
    };
    sum.connections_open += read(counters.connections_open);
    sum.connections_accepted += read(counters.connections_accepted);
    sum.connections_refused += read(counters.connections_refused);
    sum.requests_running += read(counters.requests_running);
    sum.requests_finished += read(counters.requests_finished);
    sum.deadlines_missed += read(counters.deadlines_missed);
    sum.handshakes_failed += read(counters.handshakes_failed);
  }
  return sum;
}

}  // namespace invoicing::http
