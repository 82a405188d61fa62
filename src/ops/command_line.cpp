#include "ops/command_line.hpp"

#include <iostream>

#include <unistd.h>

#include "ops/bad_start.hpp"
#include "ops/config_file.hpp"
#include "ops/flags.hpp"
#include "ops/help.hpp"
#include "ops/print_config.hpp"

namespace invoicing::ops {
namespace {

std::variant<CommandLine, EarlyExit> parse(const ProgramInfo& info,
                                           const std::vector<std::string>& arguments,
                                           const Environment& environment) {
  auto flags = parse_flags(info, arguments);
  const std::string program(to_string(info.program));
  if (flags.help) return EarlyExit{0, help_text(info)};
  if (flags.version) return EarlyExit{0, program + " " + info.version + "\n"};

  RawValues file;
  if (flags.config_file) file = read_config_file(*flags.config_file, info.program);
  const std::vector<RawValues> levels{std::move(flags.values),
                                      from_environment(info.program, environment), std::move(file)};
  const auto effective = resolve(info.program, levels);
  auto values = to_values(effective);
  if (flags.print_config) return EarlyExit{0, print_config(effective)};

  CommandLine line{.command = std::move(flags.command),
                   .flags = std::move(flags.command_flags),
                   .arguments = std::move(flags.command_arguments),
                   .settings = std::move(values.settings),
                   .secrets = std::move(values.secrets),
                   .program = program,
                   .places = {},
                   .read_again = [info, arguments, environment] {
                     return parse_command_line(info, arguments, environment);
                   }};
  for (const auto& value : effective) line.places[std::string(value.option->name)] = value.place;
  return line;
}

}  // namespace

std::string CommandLine::bad_value(std::string_view option, std::string_view what_and_cure) const {
  const auto found = places.find(option);
  const bool given = found != places.end() && found->second != "default";
  const auto place = given ? found->second : "default of " + file_key_of(option);
  return program + ": " + place + ": " + std::string(what_and_cure);
}

std::variant<CommandLine, EarlyExit> parse_command_line(const ProgramInfo& info,
                                                        const std::vector<std::string>& arguments,
                                                        const Environment& environment) {
  try {
    return parse(info, arguments, environment);
  } catch (const BadStart& bad) {
    return EarlyExit{2, std::string(to_string(info.program)) + ": " + bad.what() + "\n"};
  }
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

int finish(const EarlyExit& exit) {
  auto& stream = exit.code == 0 ? std::cout : std::cerr;
  stream << exit.text << std::flush;
  return exit.code;
}

}  // namespace invoicing::ops
