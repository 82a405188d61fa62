#include "services/common/command_outcome.hpp"

#include <iostream>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>

#include "async/task_scope.hpp"

namespace invoicing::services {

namespace {

using WorkGuard = boost::asio::executor_work_guard<Executor>;

Task<void> keep(Task<CommandOutcome> command, CommandOutcome& outcome, WorkGuard& guard) {
  outcome = co_await std::move(command);
  guard.reset();
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
  // While an adapter's thread is at work the context itself has nothing to do.
  WorkGuard guard(context.get_executor());
  tasks.spawn(keep(std::move(command), outcome, guard));
  context.run();
  return outcome;
}

}  // namespace invoicing::services
