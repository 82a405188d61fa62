#include "services/common/command_outcome.hpp"

#include <iostream>
#include <utility>

#include "async/task_scope.hpp"

namespace invoicing::services {

namespace {

Task<void> keep(Task<CommandOutcome> command, CommandOutcome& outcome) {
  outcome = co_await std::move(command);
}

}  // namespace

int complain(const std::string& text, int code) {
  std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  return code;
}

int print_outcome(const CommandOutcome& outcome) {
  if (outcome.exit_code != 0) return complain(outcome.text, outcome.exit_code);
  std::cout << outcome.text;
  return 0;
}

CommandOutcome run_to_end(Task<CommandOutcome> command) {
  CommandOutcome outcome;
  boost::asio::io_context context(1);
  TaskScope tasks(context.get_executor());
  tasks.spawn(keep(std::move(command), outcome));
  context.run();
  return outcome;
}

}  // namespace invoicing::services
