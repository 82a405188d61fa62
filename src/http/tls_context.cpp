#include "http/tls_context.hpp"

#include <array>
#include <cstring>
#include <ctime>
#include <limits>
#include <optional>
#include <string_view>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace invoicing::http {
namespace {

using Text = TlsFault::Text;

// Mozilla's "intermediate" without its two DHE suites, which would need parameters of their own and
// serve clients that know no elliptic curves. The suites of TLS 1.3 are OpenSSL's.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:prime256v1:secp384r1";
// With its length in front, as RFC 7301 §3.1 writes it.
constexpr std::string_view kProtocol = "\x08http/1.1";
constexpr std::string_view kSessionContext = "invoicing";

struct Free {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

// OpenSSL would ask for it at the terminal otherwise.
int no_password(char*, int, int, void*) {
  return -1;
}

std::string reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  return text == nullptr ? "the reason is unknown" : text;
}

Bio reading(std::string_view text) {
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<int>::max());
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(std::min(text.size(), kMax))));
}

// Whether the last look for a further certificate failed because there is none.
bool at_end() {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

Certificate next_certificate(const Bio& bio) {
  ERR_clear_error();
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
}

std::optional<TlsFault> use_chain(SSL_CTX* context, const TlsTexts& texts, Certificate& own) {
  const Bio bio = reading(texts.certificates);
  own = next_certificate(bio);
  if (!own && at_end()) {
    return TlsFault{Text::certificates, "holds no certificate; name a file with PEM blocks"};
  }
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return TlsFault{Text::certificates,
                    "the first certificate cannot be used (" + reason() + "); have it made anew"};
  }
  for (Certificate further = next_certificate(bio); further; further = next_certificate(bio)) {
    if (SSL_CTX_add1_chain_cert(context, further.get()) != 1) break;
  }
  if (at_end()) return std::nullopt;
  return TlsFault{Text::certificates, "a certificate behind the first cannot be used (" + reason() +
                                          "); write the chain anew"};
}

std::optional<TlsFault> use_key(SSL_CTX* context, const TlsTexts& texts, const Certificate& own) {
  const Bio bio = reading(texts.key);
  ERR_clear_error();
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) {
    return TlsFault{Text::key, "holds no key that can be read (" + reason() +
                                   "); write it in PEM, without a "
                                   "password"};
  }
  if (X509_check_private_key(own.get(), key.get()) != 1) {
    return TlsFault{Text::key,
                    "does not fit the first certificate; name the two that were made "
                    "together"};
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return std::nullopt;
  return TlsFault{Text::key, "cannot be used (" + reason() + "); have it made anew"};
}

// Who holds the server's own key is let in with its certificate, whoever has signed that: so the
// process can be asked for its health without a certificate made for it alone.
int verify_client(X509_STORE_CTX* attempt, void*) {
  const auto* const session =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(attempt, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const X509* const shown = X509_STORE_CTX_get0_cert(attempt);
  const X509* const own = SSL_get_certificate(session);
  if (shown != nullptr && own != nullptr && X509_cmp(shown, own) == 0) return 1;
  return X509_verify_cert(attempt);
}

std::optional<TlsFault> use_authorities(SSL_CTX* context, const TlsTexts& texts) {
  if (texts.client_authorities.empty()) return std::nullopt;
  const Bio bio = reading(texts.client_authorities);
  std::size_t count = 0;
  for (Certificate next = next_certificate(bio); next; next = next_certificate(bio), ++count) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), next.get()) != 1) break;
    if (SSL_CTX_add_client_CA(context, next.get()) != 1) break;
  }
  if (!at_end()) {
    return TlsFault{Text::client_authorities,
                    "a certificate cannot be used (" + reason() + "); write the file anew"};
  }
  if (count == 0) {
    return TlsFault{Text::client_authorities, "holds no certificate; name a file with PEM blocks"};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_client, nullptr);
  return std::nullopt;
}

// A client that asks for other protocols alone is refused (RFC 7301 §3.2), so that nobody can have
// what was meant for another protocol answered here.
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
  for (unsigned at = 0; at < offered_bytes; at += 1U + offered[at]) {
    const std::size_t bytes = std::min<std::size_t>(1U + offered[at], offered_bytes - at);
    if (std::string_view(reinterpret_cast<const char*>(offered + at), bytes) != kProtocol) continue;
    *chosen = offered + at + 1;
    *chosen_bytes = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool set_rules(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection then holds no buffers of records, and a write may come again from elsewhere.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One system call for head and content of a record instead of two.
  SSL_CTX_set_read_ahead(context, 1);
  // Clients keep their sessions themselves, in tickets (RFC 8446 §4.6.1, RFC 5077).
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         SSL_CTX_set_session_id_context(
             context, reinterpret_cast<const unsigned char*>(kSessionContext.data()),
             static_cast<unsigned>(kSessionContext.size())) == 1;
}

std::chrono::system_clock::time_point end_of(const Certificate& certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

std::variant<std::shared_ptr<const TlsContext>, TlsFault> TlsContext::create(
    const TlsTexts& texts) {
  ERR_clear_error();
  Native context(SSL_CTX_new(TLS_server_method()));
  if (!context || !set_rules(context.get())) {
    return TlsFault{Text::certificates, "OpenSSL cannot be set up (" + reason() + ")"};
  }
  Certificate own;
  auto fault = use_chain(context.get(), texts, own);
  if (!fault) fault = use_key(context.get(), texts, own);
  if (!fault) fault = use_authorities(context.get(), texts);
  ERR_clear_error();
  if (fault) return *std::move(fault);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context), end_of(own)));
}

}  // namespace invoicing::http
