#pragma once
// What a server needs to speak TLS: certificate chain, key and rules, and their change while it
// runs. TLS 1.2 (RFC 5246) and 1.3 (RFC 8446) with the ciphers of Mozilla's "intermediate"
// configuration that have forward secrecy by elliptic curves; http/1.1 by ALPN (RFC 7301).

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>

struct ssl_ctx_st;

namespace invoicing::http {

/// The contents of three PEM files (RFC 7468).
struct TlsTexts {
  std::string certificates;  ///< the server's own first, then what leads to a known authority
  std::string key;           ///< of the first certificate; without a password
  /// Authorities whose certificates a client may show. Not empty: it has to show one (mutual TLS).
  std::string client_authorities = {};
};

/// Why texts cannot be used.
struct TlsFault {
  enum class Text { certificates, key, client_authorities };
  Text text;         ///< which of them
  std::string what;  ///< a clause for the operator with what is wrong and the cure; no secret
};

/// One certificate in use. Unchangeable, any thread.
class TlsContext {
 public:
  /// The times of certificates are not looked at: an expired one is used like any other.
  static std::variant<std::shared_ptr<const TlsContext>, TlsFault> create(const TlsTexts& texts);

  /// When the server's own certificate expires.
  std::chrono::system_clock::time_point not_after() const { return not_after_; }

  /// Stays this object's, unless the caller counts itself in (SSL_new does).
  ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  using Native = std::unique_ptr<ssl_ctx_st, Free>;

  TlsContext(Native context, std::chrono::system_clock::time_point not_after)
      : context_(std::move(context)), not_after_(not_after) {}

  const Native context_;
  const std::chrono::system_clock::time_point not_after_;
};

/// Gives each new connection the context of the moment; those that stand keep theirs. Any thread.
class TlsSource {
 public:
  /// `context` is not null, here and in use().
  explicit TlsSource(std::shared_ptr<const TlsContext> context) : context_(std::move(context)) {}

  std::shared_ptr<const TlsContext> current() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void use(std::shared_ptr<const TlsContext> context) {
    const std::lock_guard lock(mutex_);
    context_.swap(context);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace invoicing::http
