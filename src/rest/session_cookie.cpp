#include "rest/session_cookie.hpp"

#include <algorithm>

#include "http/tokens.hpp"

namespace invoicing::rest {

namespace {

// With the prefix a browser takes the cookie over TLS only, from this very host (RFC 6265bis
// section 4.1.3.2).
constexpr std::string_view kSecureName = "__Host-invoicing-session";
constexpr std::string_view kName = "invoicing-session";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

// Behind a proxy that speaks TLS only the browser knows how it came.
bool is_secure(const http::Request& request) {
  return request.secure || request.header("Origin").value_or("").starts_with(kHttps);
}

/// The value of this name in one Cookie field.
std::optional<std::string_view> value_of(std::string_view field, std::string_view name) {
  while (!field.empty()) {
    const std::string_view pair = http::without_blanks(field.substr(0, field.find(';')));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    field.remove_prefix(std::min(field.size(), field.find(';')));
    if (!field.empty()) field.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> session_token(const http::Request& request) {
  if (request.header("Authorization")) return std::nullopt;
  const auto fields = request.header_values("Cookie");
  for (const std::string_view name : {kSecureName, kName}) {
    for (const std::string_view field : fields) {
      if (const auto value = value_of(field, name)) return value;
    }
  }
  return std::nullopt;
}

Result<void> require_own_origin(const http::Request& request) {
  const std::string_view host = request.header("Host").value_or("");
  std::string_view origin = request.header("Origin").value_or("");
  for (const std::string_view scheme : {kHttps, kHttp}) {
    if (origin.starts_with(scheme)) origin.remove_prefix(scheme.size());
  }
  if (!host.empty() && http::iequals(origin, host)) return {};
  return Error(ErrorCode::cross_site_request,
               "without a key a request of a browser that changes something has to come from this "
               "service's own page: `Origin` has to name the host and port that are in `Host`; a "
               "proxy before the service has to pass `Host` on");
}

std::string session_cookie(const http::Request& request, std::string_view token,
                           std::chrono::seconds lifetime) {
  const bool secure = is_secure(request);
  std::string cookie(secure ? kSecureName : kName);
  cookie += '=';
  cookie += token;
  cookie += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(lifetime.count());
  if (secure) cookie += "; Secure";
  return cookie;
}

}  // namespace invoicing::rest
