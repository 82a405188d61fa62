#pragma once
// What a command of the operator ends with, and the exit codes that all programs share.

#include <string>

#include "async/task.hpp"

namespace invoicing::services {

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;  ///< or wrong configuration, a lock held, an address in use

struct CommandOutcome {
  int exit_code = 0;
  std::string text;  ///< lines for the operator; an error when exit_code is not 0
};

/// One line to stderr; returns `code`.
int complain(const std::string& text, int code);

/// The text to stdout, or to stderr when it is an error; returns the exit code.
int print_outcome(const CommandOutcome& outcome);

/// Runs a command on an io_context of its own. Blocks until it has ended.
CommandOutcome run_to_end(Task<CommandOutcome> command);

}  // namespace invoicing::services
