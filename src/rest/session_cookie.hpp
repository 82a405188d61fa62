#pragma once
// The cookie of a session (RFC 6265bis), and that only our own page makes a browser send it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "http/message.hpp"

namespace invoicing::rest {

/// The token of the request's session cookie. A request with `Authorization` speaks for itself: it
/// has none. Valid as long as the request.
std::optional<std::string_view> session_token(const http::Request& request);

/// Error cross_site_request unless `Origin` names the host and port that the request was sent to.
/// A browser always sends it with what is neither GET nor HEAD; without it: an error, too.
Result<void> require_own_origin(const http::Request& request);

/// The value of Set-Cookie: for `lifetime` from now, for no script, for no other site, and over TLS
/// only where the request came so, or its `Origin` says https. Zero takes the cookie away.
std::string session_cookie(const http::Request& request, std::string_view token,
                           std::chrono::seconds lifetime);

}  // namespace invoicing::rest
