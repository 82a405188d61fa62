#pragma once
// From the arguments of main, the environment and the configuration file to the settings of a
// start.
//
//   const auto line = ops::parse_command_line(kProgram, {argv + 1, argv + argc},
//                                             ops::process_environment());
//   if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ops/option_sources.hpp"

namespace invoicing::ops {

/// Something that one command understands beside the options of the program.
struct CommandArgument {
  enum class Kind { flag, value, positional };
  Kind kind = Kind::flag;
  std::string name;  ///< "--publish" for flag and value, "FILE" for positional
  std::string help;
  bool required = false;  ///< value and positional only
};

struct Command {
  std::string name;
  std::string help;
  std::vector<CommandArgument> arguments;
};

/// What a program is. The first command is the one that runs when none is named.
struct ProgramInfo {
  Program program = Program::standalone;
  std::string version;
  std::string summary;  ///< one sentence for --help
  std::vector<Command> commands;
};

struct EarlyExit;

/// A start that can go on.
struct CommandLine {
  std::string command;
  std::set<std::string, std::less<>> flags;                   ///< given ones: "--publish"
  std::map<std::string, std::string, std::less<>> arguments;  ///< "FILE" or "--name" → text
  Settings settings;
  Secrets secrets;
  std::string program;                                     ///< "invoice-standalone"
  std::map<std::string, std::string, std::less<>> places;  ///< "CUT_OFF" → "--cut-off"
  /// Reads the same arguments and environment, and the configuration file as it is now. Any thread.
  std::function<std::variant<CommandLine, EarlyExit>()> read_again = {};

  /// The line for a value that only a later step could check, such as a time zone that the system
  /// does not have: "invoice-standalone: environment TIME_ZONE: <what_and_cure>". Print it to
  /// stderr and exit with 2. `what_and_cure` must not hold a secret.
  std::string bad_value(std::string_view option, std::string_view what_and_cure) const;
};

/// The program is to end at once: help, version or print (code 0), or a bad start (code 2, one
/// line that names the place and the cure; it never holds a secret).
struct EarlyExit {
  int code = 0;
  std::string text;  ///< ends with a line feed
};

/// `arguments` without the program's name. Options may stand before and after the command.
/// `--config FILE` names the configuration file, `--print-config` shows what is in force.
std::variant<CommandLine, EarlyExit> parse_command_line(const ProgramInfo& info,
                                                        const std::vector<std::string>& arguments,
                                                        const Environment& environment);

/// The environment of this process. Not to be called while another thread changes it.
Environment process_environment();

/// Prints the text, to stdout for code 0 and else to stderr, and returns the code.
int finish(const EarlyExit& exit);

}  // namespace invoicing::ops
