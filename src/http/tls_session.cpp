#include "http/tls_session.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/asio/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "http/transient.hpp"

namespace invoicing::http {
namespace asio = boost::asio;
namespace {

// Messages that carry no data (key updates) are no answer to a read: a client that sends nothing
// else would hold the thread for as long as they come, were there no end to one call.
constexpr std::size_t kBytesPerCall = 64 * 1024;

TlsTransport& transport_of(BIO* bio) {
  return *static_cast<TlsTransport*>(BIO_get_data(bio));
}

int receive(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  TlsTransport& transport = transport_of(bio);
  boost::system::error_code ec = asio::error::would_block;
  std::size_t bytes = 0;
  if (transport.bytes_allowed > 0) {
    const std::size_t room = std::min(static_cast<std::size_t>(size), transport.bytes_allowed);
    bytes = transport.socket.read_some(asio::buffer(data, room), ec);
    transport.bytes_allowed -= bytes;
  }
  if (is_transient(ec)) BIO_set_retry_read(bio);
  return ec ? -1 : static_cast<int>(bytes);
}

int send(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  boost::system::error_code ec;
  const std::size_t bytes =
      transport_of(bio).socket.write_some(asio::buffer(data, static_cast<std::size_t>(size)), ec);
  if (is_transient(ec)) BIO_set_retry_write(bio);
  return ec ? -1 : static_cast<int>(bytes);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// OpenSSL's own BIO of a socket keeps the descriptor's number, which another connection may have
// after a close, and writes with write(2), which raises SIGPIPE. Asio's socket does neither.
const BIO_METHOD* socket_method() {
  struct Method {
    Method() : method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")) {
      if (method == nullptr) return;
      BIO_meth_set_read(method, receive);
      BIO_meth_set_write(method, send);
      BIO_meth_set_ctrl(method, control);
    }
    ~Method() { BIO_meth_free(method); }
    Method(const Method&) = delete;
    Method& operator=(const Method&) = delete;
    BIO_METHOD* method;
  };
  static const Method method;
  return method.method;
}

// Head and body of an answer, and answers to pipelined requests, go out as one record.
std::span<const char> gather(std::span<const asio::const_buffer> buffers, std::span<char> record) {
  const auto& first = buffers.front();
  if (first.size() >= record.size() || buffers.size() == 1) {
    return {static_cast<const char*>(first.data()), std::min(first.size(), record.size())};
  }
  std::size_t filled = 0;
  for (const asio::const_buffer& buffer : buffers) {
    const std::size_t bytes = std::min(buffer.size(), record.size() - filled);
    std::memcpy(record.data() + filled, buffer.data(), bytes);
    filled += bytes;
  }
  return record.first(filled);
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* session) const {
  SSL_free(session);
}

std::unique_ptr<TlsSession> TlsSession::create(const TlsContext& context, Socket& socket) {
  ERR_clear_error();
  Native session(SSL_new(context.native()));
  if (!session || socket_method() == nullptr) return nullptr;
  BIO* const bio = BIO_new(socket_method());
  if (bio == nullptr) return nullptr;
  SSL_set_bio(session.get(), bio, bio);
  SSL_set_accept_state(session.get());
  std::unique_ptr<TlsSession> made(new TlsSession(std::move(session), socket));
  BIO_set_data(bio, &made->transport_);
  BIO_set_init(bio, 1);
  return made;
}

boost::system::error_code TlsSession::failure_of(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      awaits_ = WaitType::wait_read;
      return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE:
      awaits_ = WaitType::wait_write;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    default:
      usable_ = false;
      return asio::error::connection_aborted;
  }
}

void TlsSession::handshake(boost::system::error_code& ec) {
  // What another session of this thread has left there would be taken for a failure of this one.
  ERR_clear_error();
  transport_.bytes_allowed = kBytesPerCall;
  const int result = SSL_do_handshake(session_.get());
  usable_ = result == 1;
  ec = usable_ ? boost::system::error_code() : failure_of(result);
}

std::size_t TlsSession::read(std::span<char> room, boost::system::error_code& ec) {
  std::size_t bytes = 0;
  ERR_clear_error();
  transport_.bytes_allowed = kBytesPerCall;
  const int result = SSL_read_ex(session_.get(), room.data(), room.size(), &bytes);
  ec = result == 1 ? boost::system::error_code() : failure_of(result);
  return bytes;
}

std::size_t TlsSession::write(std::span<const asio::const_buffer> buffers,
                              boost::system::error_code& ec) {
  ec = asio::error::connection_aborted;
  if (!usable_) return 0;
  std::array<char, SSL3_RT_MAX_PLAIN_LENGTH> record;
  const std::span<const char> next = gather(buffers, record);
  std::size_t bytes = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(session_.get(), next.data(), next.size(), &bytes);
  ec = result == 1 ? boost::system::error_code() : failure_of(result);
  return bytes;
}

void TlsSession::shut_down() {
  if (!usable_) return;
  usable_ = false;
  ERR_clear_error();
  static_cast<void>(SSL_shutdown(session_.get()));
}

bool TlsSession::begun() const {
  return BIO_number_read(SSL_get_rbio(session_.get())) > 0;
}

bool TlsSession::has_pending() const {
  return SSL_has_pending(session_.get()) == 1;
}

}  // namespace invoicing::http
