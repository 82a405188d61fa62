#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "http/socket.hpp"
#include "http/tls_context.hpp"

struct ssl_st;

namespace invoicing::http {

/// What a session reads from and writes to.
struct TlsTransport {
  Socket& socket;
  std::size_t bytes_allowed = 0;  ///< that the running call may still receive
};

/// TLS of one connection, on its non-blocking socket. Waits for nothing: what cannot go on is
/// `would_block`, and is to be called again, for a write with the same bytes in front, once the
/// socket is ready for awaits(). Any other error ends the session, but for `eof`, after which it
/// can still write. Used by the socket's thread only.
class TlsSession {
 public:
  using WaitType = boost::asio::socket_base::wait_type;

  /// `socket` outlives the session and may be closed before. Null: no memory.
  static std::unique_ptr<TlsSession> create(const TlsContext& context, Socket& socket);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// To be done first. `connection_aborted`: the client speaks no TLS, or none that is allowed
  /// here; what it is told of that is sent.
  void handshake(boost::system::error_code& ec);
  /// At least one byte into `room`, which is not empty. `eof`: the client has said that it sends no
  /// more (close_notify, RFC 8446 §6.1); `connection_aborted`: it did not, or broke the protocol.
  std::size_t read(std::span<char> room, boost::system::error_code& ec);
  /// At most one record of `buffers`, which are not empty.
  std::size_t write(std::span<const boost::asio::const_buffer> buffers,
                    boost::system::error_code& ec);
  /// Says that nothing more will be sent, if there is a session and the kernel takes it at once.
  void shut_down();

  /// What the last call that could not go on waits for.
  WaitType awaits() const { return awaits_; }
  /// Whether the client has sent anything at all.
  bool begun() const;
  /// Whether bytes were received from the socket and not yet read.
  bool has_pending() const;

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  using Native = std::unique_ptr<ssl_st, Free>;

  TlsSession(Native session, Socket& socket) : transport_{socket}, session_(std::move(session)) {}
  boost::system::error_code failure_of(int result);

  TlsTransport transport_;
  const Native session_;
  WaitType awaits_ = WaitType::wait_read;
  bool usable_ = false;  // the handshake is done and nothing has failed since
};

}  // namespace invoicing::http
