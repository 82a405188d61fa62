#pragma once
// What ties together all that one request has caused, in every program that it passes through: W3C
// Trace Context (https://www.w3.org/TR/trace-context-2/) and the name of the request itself.

#include <cstddef>
#include <string>
#include <string_view>

namespace invoicing {

inline constexpr std::size_t kTraceparentSize = 55;
inline constexpr std::size_t kMaxRequestIdSize = 128;

struct Trace {
  std::string traceparent;  ///< version 00; empty: nothing is known
  std::string request_id;   ///< X-Request-Id of the request that asked; empty: none did

  friend bool operator==(const Trace&, const Trace&) = default;
};

/// Whether `text` is a traceparent that may be continued: lower-case hex, no id of zeros only, not
/// version ff; a version that we do not know may have more behind its first four fields.
bool is_traceparent(std::string_view text);

/// 32 hex digits of a valid traceparent; empty for an empty one.
std::string_view trace_id_of(std::string_view traceparent);

/// 1 to kMaxRequestIdSize letters, digits and `-._~:/+=@`: what can stand in any header, log line
/// and query without being escaped.
bool is_request_id(std::string_view text);

/// What a report has caused that no request asked for. The same for the same report and message.
Trace trace_of_report(std::string_view report_id, std::string_view message_id);

}  // namespace invoicing
