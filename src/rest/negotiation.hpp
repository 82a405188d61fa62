#pragma once
// Content negotiation (RFC 9110 sections 8.3, 12.5.1) and conditional requests (section 13.1.2).

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "http/message.hpp"

namespace invoicing::rest {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kNdjson = "application/x-ndjson";
inline constexpr std::string_view kCsv = "text/csv; charset=utf-8; header=present";
inline constexpr std::string_view kHtml = "text/html; charset=utf-8";

/// Which of `offered` (best first; parameters behind ';' are not compared) the request likes most.
/// Error not_acceptable names what there is.
Result<std::string_view> choose_type(const http::Request& request,
                                     std::initializer_list<std::string_view> offered);

/// Error unsupported_media_type unless Content-Type is `expected`, without a charset or with utf-8.
Result<void> require_content_type(const http::Request& request, std::string_view expected);

/// Whether Accept-Encoding names `coding` ("br", "gzip"), or `*`, and not with quality 0. Without
/// the header: no, because a client that says nothing may know none.
bool accepts_coding(const http::Request& request, std::string_view coding);

/// If-None-Match holds `etag` (weak comparison) or `*`.
bool matches_etag(const http::Request& request, std::string_view etag);

/// 304 with the ETag alone.
http::Response not_modified(std::string etag);

}  // namespace invoicing::rest
