#pragma once
// The program's log: one event, one line, on stdout. As text for eyes or as JSON for machines.
//
//   log::info("report sealed", {{"number", 12}, {"businessDay", "2026-11-22"}});
//
// All functions may be called from any thread. A call below the level costs one relaxed load. A
// call at or above it has handed the line to the operating system when it returns, so it may wait
// while whoever reads stdout does not.

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace invoicing::ops {

enum class LogLevel { trace, debug, info, warning, error };

/// `automatic` is text where stdout is a terminal and JSON lines elsewhere.
enum class LogFormat { automatic, text, json };

/// "trace", "debug", "info", "warning", "error".
std::string_view to_string(LogLevel level);

namespace log {

using FieldValue =
    std::variant<std::monostate, std::int64_t, std::uint64_t, double, bool, std::string_view>;

/// One named value of an event; one that is made from an empty optional is left out. It refers to
/// the text that it was made from: use it within the call only. The name is a fixed word of the
/// program, other than "time", "level" and "message".
struct Field {
  template <typename T>
  Field(std::string_view name, const T& value) : key(name), value(convert(value)) {}

  std::string_view key;
  FieldValue value;

 private:
  template <typename T>
  static FieldValue convert(const T& value) {
    if constexpr (requires { value.has_value(); }) {
      return value.has_value() ? convert(*value) : FieldValue();
    } else if constexpr (std::same_as<T, bool>) {
      return value;
    } else if constexpr (std::signed_integral<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::unsigned_integral<T>) {
      return static_cast<std::uint64_t>(value);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<double>(value);
    } else {
      return std::string_view(value);
    }
  }
};

using Fields = std::initializer_list<Field>;

/// Sets level, format and target; before it, and without `target`, events of `info` and above go to
/// stdout. Call it before other threads log. A `target` must outlive the last event or the next
/// start().
void start(LogLevel level, LogFormat format, std::ostream* target = nullptr);

/// Whether lines are JSON, as the last start() chose. Never allocates.
bool writes_json() noexcept;

/// Takes effect at once, also while other threads log.
void set_level(LogLevel level);
LogLevel level();

namespace detail {
inline std::atomic<LogLevel> level{LogLevel::info};
}

/// To be asked before work that only the log needs.
inline bool enabled(LogLevel level) {
  return level >= detail::level.load(std::memory_order_relaxed);
}

/// Control characters, invalid UTF-8 and whatever else could forge a line or steer a terminal are
/// made harmless in message and values. Must not be given secrets.
void write(LogLevel level, std::string_view message, Fields fields = {});

/// As write(), for lines of which there are very many: gathered by each thread (gathered_lines.hpp)
/// until its next hand_over(), or its end.
void gather(LogLevel level, std::string_view message, Fields fields);
void hand_over();

inline void trace(std::string_view message, Fields fields = {}) {
  if (enabled(LogLevel::trace)) write(LogLevel::trace, message, fields);
}
inline void debug(std::string_view message, Fields fields = {}) {
  if (enabled(LogLevel::debug)) write(LogLevel::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  if (enabled(LogLevel::info)) write(LogLevel::info, message, fields);
}
inline void warning(std::string_view message, Fields fields = {}) {
  if (enabled(LogLevel::warning)) write(LogLevel::warning, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  if (enabled(LogLevel::error)) write(LogLevel::error, message, fields);
}

}  // namespace log
}  // namespace invoicing::ops
