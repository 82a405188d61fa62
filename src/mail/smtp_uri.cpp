#include "mail/smtp_uri.hpp"

#include <charconv>
#include <memory>
#include <optional>

#include <curl/curl.h>

#include "mail/display_text.hpp"

namespace invoicing::mail {
namespace {

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};
using Url = std::unique_ptr<CURLU, Cleanup>;
using CurlText = std::unique_ptr<char, Cleanup>;

constexpr const char* kForm =
    "write smtp://user:password@host:port?tls=required or smtps://user:password@host:port, "
    "with @ : / ? # % in user and password percent-encoded";

Error fault(const std::string& what) {
  return Error(ErrorCode::validation_failed, "SMTP_URI: " + what + '.');
}

/// Empty where the URI has no such part.
std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  const CurlText owner(text);
  return text;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

bool has_control(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

/// Undoes %XX. Nothing for an incomplete one, and for what would end a line of the protocol.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto hex = text.substr(i + 1, 2);
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
    if (hex.size() != 2 || error != std::errc() || end != hex.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  if (has_control(out)) return std::nullopt;
  return out;
}

/// The value of ?tls=, or what stands for none.
Result<TlsPolicy> tls_policy(const Url& url, bool implicit, bool loopback) {
  const std::string query = part_of(url, CURLUPART_QUERY);
  if (implicit) {
    if (!query.empty()) return fault("smtps:// is always encrypted and takes no parameters");
    return TlsPolicy::implicit;
  }
  if (query.empty()) return loopback ? TlsPolicy::off : TlsPolicy::required;
  if (query == "tls=required") return TlsPolicy::required;
  if (query == "tls=opportunistic") return TlsPolicy::opportunistic;
  if (query == "tls=off") return TlsPolicy::off;
  return fault("the only parameter is tls, one of required, opportunistic, off");
}

Result<std::uint16_t> port_of(const Url& url, std::uint16_t otherwise) {
  const std::string text = part_of(url, CURLUPART_PORT);
  if (text.empty()) return otherwise;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0)
    return fault("the port must be a number from 1 to 65535");
  return port;
}

/// Fills in user and password.
Result<void> read_credentials(const Url& url, std::string_view password, SmtpServer& server) {
  const auto user = percent_decoded(part_of(url, CURLUPART_USER));
  const auto in_uri = percent_decoded(part_of(url, CURLUPART_PASSWORD));
  if (!user || !in_uri) return fault("user and password must be correctly percent-encoded");
  if (!in_uri->empty() && !password.empty())
    return fault("a password stands in it and in SMTP_PASSWORD; keep one");
  if (has_control(password)) return fault("SMTP_PASSWORD holds a line end");
  server.user = *user;
  server.password = in_uri->empty() ? std::string(password) : *in_uri;
  if (server.user.empty() && !server.password.empty())
    return fault("there is a password but no user; write smtp://user@host");
  if (!server.user.empty() && server.password.empty())
    return fault("there is a user but no password; add it, or set SMTP_PASSWORD_FILE");
  return {};
}

}  // namespace

std::string SmtpServer::shown_uri() const {
  return std::string(tls == TlsPolicy::implicit ? "smtps://" : "smtp://") + host + ':' +
         std::to_string(port);
}

Result<SmtpServer> parse_smtp_uri(std::string_view uri, std::string_view password) {
  const bool implicit = uri.starts_with("smtps://");
  if (!implicit && !uri.starts_with("smtp://"))
    return fault(std::string("it must start with smtp:// or smtps://; ") + kForm);
  const Url url(curl_url());
  const std::string text(uri);
  if (text.size() != std::char_traits<char>::length(text.c_str()) ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return fault(std::string("it cannot be read; ") + kForm);
  const std::string path = part_of(url, CURLUPART_PATH);
  if (!part_of(url, CURLUPART_FRAGMENT).empty() || text.find('#') != std::string::npos)
    return fault("it holds a #; in a password write %23");
  if (!path.empty() && path != "/") return fault("nothing may follow host and port but ?tls=…");

  SmtpServer server;
  server.host = part_of(url, CURLUPART_HOST);
  if (server.host.empty()) return fault(std::string("the host is missing; ") + kForm);
  const bool loopback = is_loopback(server.host);
  const auto policy = tls_policy(url, implicit, loopback);
  if (!policy) return policy.error();
  server.tls = *policy;
  if (const auto read = read_credentials(url, password, server); !read) return read.error();
  const auto port = port_of(url, implicit ? 465 : server.user.empty() ? 25 : 587);
  if (!port) return port.error();
  server.port = *port;
  const bool encrypted = server.tls == TlsPolicy::implicit || server.tls == TlsPolicy::required;
  if (!server.password.empty() && !encrypted && !loopback)
    return fault("a password is only sent over TLS; use tls=required or smtps://");
  return server;
}

}  // namespace invoicing::mail
