#pragma once
// A RawClient whose bytes go through TLS.

#include <csignal>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "tests/support/certificates.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace invoicing::http::test {

struct TlsClientOptions {
  int version_min = TLS1_2_VERSION;
  int version_max = TLS1_3_VERSION;
  std::string ciphers = {};         ///< of TLS 1.2; empty: OpenSSL's
  std::string protocols = {};       ///< of ALPN, each with its length in front; empty: not offered
  testing::Credentials shown = {};  ///< empty: no client certificate
  int receive_buffer_bytes = 0;
};

/// What the server says of itself is not verified, but can be asked for.
class TlsClient final : public RawClient {
 public:
  /// Throws std::runtime_error with OpenSSL's reason when there is no session.
  explicit TlsClient(std::uint16_t port, const TlsClientOptions& options = {})
      : RawClient(port, "127.0.0.1", options.receive_buffer_bytes),
        context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), options.version_min);
    SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
    // Else this side would not even offer what the server is to refuse.
    if (options.version_max < TLS1_2_VERSION) SSL_CTX_set_security_level(context_.get(), 0);
    if (!options.ciphers.empty()) SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str());
    SSL_CTX_set_alpn_protos(context_.get(),
                            reinterpret_cast<const unsigned char*>(options.protocols.data()),
                            static_cast<unsigned>(options.protocols.size()));
    if (!options.shown.certificate.empty()) show(options.shown);
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), native_handle());
    ERR_clear_error();
    const PipeSignalHeldBack guard;
    if (SSL_connect(session_.get()) != 1) throw std::runtime_error(reason());
  }

  /// Past the session: what no client that keeps to the protocol would send.
  void send_raw(std::string_view bytes) { RawClient::send_some(bytes.data(), bytes.size()); }
  /// Sends a message of TLS 1.3 that carries no data.
  void change_key() {
    const PipeSignalHeldBack guard;
    SSL_key_update(session_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(session_.get());
  }
  /// Says that it sends no more (close_notify), which finish_sending() does not.
  void say_end() {
    const PipeSignalHeldBack guard;
    SSL_shutdown(session_.get());
  }
  /// Whether the server has said that it sends no more; once the end was read.
  bool was_ended_in_order() const {
    return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  /// Why reading has failed, in OpenSSL's words; empty if it did not.
  const std::string& failure() const { return failure_; }

  std::string version() const { return SSL_get_version(session_.get()); }
  std::string protocol() const {
    const unsigned char* data = nullptr;
    unsigned bytes = 0;
    SSL_get0_alpn_selected(session_.get(), &data, &bytes);
    return {reinterpret_cast<const char*>(data), bytes};
  }
  /// Of the server's certificate.
  std::string common_name() const {
    const X509* const shown = SSL_get0_peer_certificate(session_.get());
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    return name;
  }

 protected:
  ssize_t send_some(const char* data, std::size_t bytes) override {
    const PipeSignalHeldBack guard;
    ERR_clear_error();
    return SSL_write(session_.get(), data, static_cast<int>(bytes));
  }
  ssize_t receive_some(char* room, std::size_t bytes) override {
    ERR_clear_error();
    errno = 0;
    const int received = SSL_read(session_.get(), room, static_cast<int>(bytes));
    if (received > 0) return received;
    const int error = SSL_get_error(session_.get(), received);
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    if (error == SSL_ERROR_SYSCALL || error == SSL_ERROR_WANT_READ) return -1;
    failure_ = reason();
    return 0;
  }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(BIO* bio) const { BIO_free_all(bio); }
  };

  // OpenSSL writes with write(2). Held back on this thread alone, so that a server in this process
  // still has to look after itself.
  class PipeSignalHeldBack {
   public:
    PipeSignalHeldBack() {
      sigemptyset(&pipe_);
      sigaddset(&pipe_, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~PipeSignalHeldBack() {
      const timespec at_once{};
      while (sigtimedwait(&pipe_, nullptr, &at_once) > 0) continue;
      pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    PipeSignalHeldBack(const PipeSignalHeldBack&) = delete;
    PipeSignalHeldBack& operator=(const PipeSignalHeldBack&) = delete;

   private:
    sigset_t pipe_{};
    sigset_t before_{};
  };

  static std::string reason() {
    const char* const text = ERR_reason_error_string(ERR_peek_last_error());
    return text == nullptr ? "closed" : text;
  }

  void show(const testing::Credentials& shown) {
    const auto reading = [](const std::string& text) {
      return std::unique_ptr<BIO, Free>(
          BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    };
    X509* const certificate =
        PEM_read_bio_X509(reading(shown.certificate).get(), nullptr, nullptr, nullptr);
    EVP_PKEY* const key =
        PEM_read_bio_PrivateKey(reading(shown.key).get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_.get(), certificate);
    SSL_CTX_use_PrivateKey(context_.get(), key);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
  std::string failure_;
};

}  // namespace invoicing::http::test
