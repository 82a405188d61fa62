#pragma once
// The two written forms of a log event, each appended to `out` without a line feed.

#include <chrono>
#include <string>

#include "ops/log.hpp"

namespace invoicing::ops::log {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// {"time":"2026-11-22T11:00:00.412Z","level":"info","message":"…","number":12}
/// ASCII control characters are escaped, invalid UTF-8 becomes U+FFFD, a double that is not finite
/// becomes null.
void append_json_line(std::string& out, TimePoint time, LogLevel level, std::string_view message,
                      Fields fields);

/// 2026-11-22T11:00:00.412Z INFO    report sealed number=12 businessDay=2026-11-22
/// Values that hold blanks, quotes or '=' stand in quotes; control characters (those that UTF-8
/// spells with two bytes too) are escaped.
void append_text_line(std::string& out, TimePoint time, LogLevel level, std::string_view message,
                      Fields fields);

}  // namespace invoicing::ops::log
