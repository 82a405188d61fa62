#include "services/common/roles_thread.hpp"

#include <utility>

#include "ops/log.hpp"

namespace invoicing::services {

void RolesThread::start() {
  std::promise<void> ended;
  ended_ = ended.get_future();
  // No packaged_task: it would keep an exception to itself, and no day would be closed any more
  // while everything looks well. Out of a thread it ends the process; every step can be repeated.
  thread_ = std::thread([this, ended = std::move(ended)]() mutable {
    context_.run();
    ended.set_value();
  });
}

void RolesThread::join(std::chrono::milliseconds deadline) {
  if (ended_.wait_for(deadline) == std::future_status::timeout) {
    ops::log::warning("a role did not end in time; its step is repeated at the next start");
    context_.stop();
  }
  thread_.join();
}

}  // namespace invoicing::services
