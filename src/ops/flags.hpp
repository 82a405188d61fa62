#pragma once
// The arguments of main, sorted but not yet understood.

#include <optional>
#include <string>
#include <vector>

#include "ops/command_line.hpp"

namespace invoicing::ops {

struct Flags {
  bool help = false;
  bool version = false;
  bool print_config = false;
  std::optional<std::string> config_file;
  RawValues values;
  std::string command;
  std::set<std::string, std::less<>> command_flags;
  std::map<std::string, std::string, std::less<>> command_arguments;
};

/// Throws BadStart for an unknown flag or command, an option without a value, one given twice, or
/// (unless help or version is asked for) a missing required argument of the command.
Flags parse_flags(const ProgramInfo& info, const std::vector<std::string>& arguments);

}  // namespace invoicing::ops
