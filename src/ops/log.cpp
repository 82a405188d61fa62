#include "ops/log.hpp"

#include <memory>
#include <mutex>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "ops/gathered_lines.hpp"
#include "ops/log_line.hpp"

namespace invoicing::ops {

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

namespace log {
namespace {

// Where lines go. The vendor's logger brings the target, its lock and what happens when it cannot
// be written; level and form of a line are ours.
struct Output {
  Output(LogFormat format, std::ostream* target)
      : json(wants_json(format, target)), to_stdout(target == nullptr) {
    spdlog::sink_ptr sink;
    if (target != nullptr) {
      sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*target, true);
    } else {
      sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
    }
    logger = std::make_unique<spdlog::logger>("", std::move(sink));
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
  }

  static bool wants_json(LogFormat format, const std::ostream* target) {
    if (format != LogFormat::automatic) return format == LogFormat::json;
    return target != nullptr || isatty(STDOUT_FILENO) == 0;
  }

  bool json;
  bool to_stdout;
  std::unique_ptr<spdlog::logger> logger;
};

// Never destroyed: destructors of other statics may still log.
std::unique_ptr<Output>& output() {
  static auto* const instance =
      new std::unique_ptr<Output>(std::make_unique<Output>(LogFormat::automatic, nullptr));
  return *instance;
}

// Apart from the output, because the last line of all must not make one.
std::atomic<bool> json_lines{isatty(STDOUT_FILENO) == 0};

void append_line(std::string& line, bool json, LogLevel level, std::string_view message,
                 Fields fields) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  (json ? append_json_line : append_text_line)(line, now, level, message, fields);
}

const LineTarget& standard_output() {
  static const LineTarget target(STDOUT_FILENO);
  return target;
}

GatheredLines& own_lines() {
  struct Own {
    ~Own() { lines.hand_over(standard_output()); }
    GatheredLines lines;
  };
  thread_local Own own;
  return own.lines;
}

}  // namespace

void start(LogLevel level, LogFormat format, std::ostream* target) {
  output() = std::make_unique<Output>(format, target);
  json_lines.store(output()->json);
  set_level(level);
}

bool writes_json() noexcept {
  return json_lines.load();
}

void set_level(LogLevel level) {
  detail::level.store(level, std::memory_order_relaxed);
}

LogLevel level() {
  return detail::level.load(std::memory_order_relaxed);
}

void write(LogLevel level, std::string_view message, Fields fields) {
  const auto& to = *output();
  std::string line;
  append_line(line, to.json, level, message, fields);
  to.logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void gather(LogLevel level, std::string_view message, Fields fields) {
  const auto& to = *output();
  if (!to.to_stdout) return write(level, message, fields);
  thread_local std::string line;
  line.clear();
  append_line(line, to.json, level, message, fields);
  own_lines().add(line);
}

void hand_over() {
  own_lines().hand_over(standard_output());
}

}  // namespace log
}  // namespace invoicing::ops
