#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include "async/task_scope.hpp"
#include "http/connection.hpp"
#include "http/lag_probe.hpp"
#include "http/server_context.hpp"

namespace invoicing::http {

/// One I/O thread: an io_context, an acceptor and the connections that it accepted.
class Worker {
 public:
  /// Binds and listens. Throws boost::system::system_error.
  Worker(ServerContext& server, const boost::asio::ip::tcp::endpoint& endpoint, bool share_port);
  /// Stops the thread; coroutines that have not ended are destroyed.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

  /// Any thread. Stops accepting (after what already waits in the queue) and closes what is idle.
  void begin_drain();
  /// Any thread. Resets every connection.
  void abort_all();
  /// Any thread. Whether drain has begun here and no connection is left.
  bool drained() const;

  /// Any thread.
  const WorkerCounters& counters() const { return context_.counters; }

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Connections =
      boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

  Task<void> accept_connections();
  Task<void> sweep();
  Task<void> serve(Socket socket, boost::asio::ip::address peer);
  void admit(Socket socket, const boost::asio::ip::address& peer);
  void refuse(Socket socket);
  void accept_what_waits();
  void tick();

  // Destroyed last: connections, which the io_context may still hold, unlink themselves from the
  // list and count themselves out of the context.
  WorkerContext context_;
  Connections connections_;
  std::atomic<bool> drain_begun_ = false;
  boost::asio::io_context io_;
  LagProbe lag_;
  Acceptor acceptor_;
  TaskScope scope_;
  std::thread thread_;
};

}  // namespace invoicing::http
