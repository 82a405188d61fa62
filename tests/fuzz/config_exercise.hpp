#pragma once
// Runs flags, variables of the environment and a configuration file through everything that a start
// does with them: it goes on, or it ends with one line that holds no secret; what --print-config
// shows is a file that says the same again.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "codec/utf8.hpp"
#include "ops/command_line.hpp"
#include "ops/option_table.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

/// A file that has a name and no place on the disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("config", 0)) {
    require(descriptor_ >= 0, "a file in memory");
    const auto written = ::write(descriptor_, content.data(), content.size());
    require(written == static_cast<ssize_t>(content.size()), "a file written");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string name() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

struct StartInput {
  std::vector<std::string> arguments;
  ops::Environment environment;
  std::string file;
};

/// Up to the first NUL the arguments, a line each; up to the second the environment; then the file.
inline StartInput read_start_input(std::string_view bytes) {
  const auto take = [&bytes](char end) {
    const auto length = std::min(bytes.find(end), bytes.size());
    const std::string_view taken = bytes.substr(0, length);
    bytes.remove_prefix(std::min(length + 1, bytes.size()));
    return taken;
  };
  const auto lines_of = [](std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
      const auto length = std::min(text.find('\n'), text.size());
      lines.emplace_back(text.substr(0, length));
      text.remove_prefix(std::min(length + 1, text.size()));
    }
    return lines;
  };
  StartInput input;
  input.arguments = lines_of(take('\0'));
  for (const std::string& line : lines_of(take('\0'))) {
    const auto equals = line.find('=');
    if (equals != std::string::npos)
      input.environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  input.file = bytes;
  return input;
}

inline const ops::ProgramInfo& program_info(ops::Program program) {
  using Kind = ops::CommandArgument::Kind;
  static ops::ProgramInfo info{
      .program = ops::Program::standalone,
      .version = "1",
      .summary = "Invoices in, reports out.",
      .commands = {{"serve", "Serve", {}},
                   {"preview", "Show", {{Kind::flag, "--mail", "Mail it"}}},
                   {"backup", "Copy", {{Kind::positional, "FILE", "The copy", true}}}}};
  info.program = program;
  return info;
}

inline constexpr std::string_view kFuzzSecret = "pA55w0rd-of-nobody";

inline void check_settings(const ops::CommandLine& line) {
  require(!line.command.empty() && !line.places.empty(), "a command, and where values come from");
  require(line.settings.cut_off.size() == 5 && line.settings.cut_off[2] == ':', "a time of day");
  require(line.settings.currency.size() == 3, "a currency");
  require(line.settings.http_threads <= 256, "threads in range");
  for (const std::string& secret : {line.secrets.mongo_uri, line.secrets.rabbitmq_uri,
                                    line.secrets.smtp_uri, line.secrets.smtp_password}) {
    require(std::none_of(secret.begin(), secret.end(),
                         [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
            "a secret of one line");
  }
}

inline void check_exit(const ops::EarlyExit& exit, std::string_view program) {
  require(exit.code == 0 || exit.code == 2, "an exit code of a start");
  require(exit.text.ends_with('\n'), "whole lines");
  require(exit.text.find(kFuzzSecret) == std::string::npos, "no secret in a text");
  if (exit.code == 0) return;
  require(exit.text.starts_with(std::string(program) + ": "), "a line that names the program");
  require(std::count(exit.text.begin(), exit.text.end(), '\n') == 1, "one line");
}

/// "key = value" of each line without the origin, which differs, and without secrets.
inline std::vector<std::string> shown_values(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view value = line.substr(0, line.rfind("  # "));
    const ops::Option* option = ops::find_option(ops::name_of(line.substr(0, line.find(' '))));
    if (option != nullptr && !option->secret) {
      values.emplace_back(value.substr(0, value.find_last_not_of(' ') + 1));
    }
    text.remove_prefix(line.size() + 1);
  }
  return values;
}

inline void check_print(const ops::ProgramInfo& info, const std::string& shown) {
  // A path of the environment need not be UTF-8, and TOML cannot say it then.
  if (!codec::is_utf8(shown)) return;
  const MemoryFile file(shown);
  const auto again = ops::parse_command_line(info, {"--config", file.name(), "--print-config"}, {});
  const auto* exit = std::get_if<ops::EarlyExit>(&again);
  require(exit != nullptr && exit->code == 0, "a print that is a configuration file");
  require(shown_values(exit->text) == shown_values(shown), "a print that says the same again");
}

/// The first byte chooses the program.
inline void exercise_config(std::string_view bytes) {
  if (bytes.empty() || bytes.find(kFuzzSecret.substr(0, 4)) != std::string_view::npos) return;
  constexpr ops::Program kPrograms[] = {ops::Program::standalone, ops::Program::invoice_service,
                                        ops::Program::report_generator, ops::Program::email_sender};
  const auto program = kPrograms[static_cast<unsigned char>(bytes.front()) % 4];
  const ops::ProgramInfo& info = program_info(program);
  StartInput input = read_start_input(bytes.substr(1));
  input.environment.emplace("SMTP_PASSWORD", kFuzzSecret);
  input.environment.emplace("RABBITMQ_URI", "amqp://shop:" + std::string(kFuzzSecret) + "@queue");
  const MemoryFile file(input.file);
  if (!input.file.empty())
    input.arguments.insert(input.arguments.begin(), {"--config", file.name()});

  const auto line = ops::parse_command_line(info, input.arguments, input.environment);
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) {
    check_exit(*exit, to_string(program));
    return;
  }
  check_settings(std::get<ops::CommandLine>(line));
  input.arguments.insert(input.arguments.begin(), "--print-config");
  const auto print = ops::parse_command_line(info, input.arguments, input.environment);
  const auto* shown = std::get_if<ops::EarlyExit>(&print);
  require(shown != nullptr && shown->code == 0, "a start that can be printed");
  check_exit(*shown, to_string(program));
  check_print(info, shown->text);
}

}  // namespace invoicing::fuzz
