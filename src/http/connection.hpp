#pragma once
// One accepted connection: reads requests, runs handlers, writes answers, in order.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list_hook.hpp>

#include "http/connection_body.hpp"
#include "http/input_buffer.hpp"
#include "http/output_queue.hpp"
#include "http/request_parser.hpp"
#include "http/server_context.hpp"
#include "http/socket.hpp"
#include "http/tls_session.hpp"

namespace invoicing::http {

/// Lives on one io_context's thread, in the frame of the coroutine that awaits run(). Stays in the
/// worker's list (auto-unlinked) while it lives, for deadlines and drain. Its address was admitted
/// by the limiter and is released with it.
class Connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Connection(WorkerContext& worker, Socket socket, const boost::asio::ip::address& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Serves until the connection ends. Throws only what cancelling the coroutine causes.
  Task<void> run();

  /// Ends what has waited beyond its deadline.
  void sweep(SteadyTime now);
  /// For drain: ends the connection if no byte of a next request has come.
  void close_if_idle();
  /// Resets the connection; what waits on the socket fails at once.
  void abort();

 private:
  friend class ConnectionBody;

  // What the socket is waited on for.
  enum class Waiting { nothing, handshake, idle, head, body, write, linger };

  Task<bool> shake_hands();
  Task<bool> receive_head();
  Task<bool> serve();
  Task<bool> send_stream(Response response);
  Task<bool> flush();
  Task<std::size_t> receive(std::size_t wanted, std::size_t size_max);
  Task<std::size_t> receive_record(std::span<char> room);
  Task<bool> receive_body(std::size_t wanted);
  Task<void> close();
  Task<void> linger();

  std::optional<Response> refusal(const Router::Match& match);
  bool answer(Response response);
  void answer_fault(const ParseFault& fault);
  Response error_response(const Error& error, unsigned status) const;
  Framing framing(bool keep_alive) const;
  bool skip_buffered_body();
  void wait_for(Waiting what, std::chrono::milliseconds timeout);
  bool is_draining() const { return worker_.server.draining.load(std::memory_order_relaxed); }
  std::size_t send_some(boost::system::error_code& ec);
  bool nothing_arrived();
  void begin_request();
  void name_request();
  void finish_request(unsigned status, std::uint64_t body_bytes_sent, bool aborted);
  void observe(unsigned status, std::uint64_t body_bytes_sent, bool aborted);

  WorkerContext& worker_;
  const ServerOptions& options_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;  // null: plain HTTP
  const boost::asio::ip::address peer_;
  const std::string remote_address_;

  RequestParser parser_;
  Request request_;
  RequestIdentity identity_;
  InputBuffer input_;  // starts with the running request's head, or with its body if the head is
  InputBuffer held_;   // held here, because reading the body would move it
  OutputQueue output_;
  ConnectionBody body_;
  std::string_view head_;
  std::string failure_;  // of the running handler, for the log

  SteadyTime started_;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime body_deadline_;  // of the whole body, from the first wait for it
  Waiting waiting_ = Waiting::nothing;
  boost::system::error_code received_;  // of the last receive()
  bool head_held_ = false;
  bool running_ = false;       // a request was begun and not finished
  bool served_ = false;        // at least one request was
  bool expired_ = false;       // the deadline of what was awaited last passed
  bool unread_input_ = false;  // closing has to drain what the client still sends
  bool aborted_ = false;       // nothing more can or may be sent
};

}  // namespace invoicing::http
