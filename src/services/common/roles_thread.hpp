#pragma once
// The one thread that a process's loops run on (generator, sender, samplers), and its end in time.

#include <chrono>
#include <future>
#include <thread>

#include "async/task.hpp"
#include "async/task_scope.hpp"

namespace invoicing::services {

/// How long the loops may take to end once they were asked to. With the time for requests under
/// way it stays under the ten seconds that an orderly stop may take.
constexpr std::chrono::milliseconds kRolesDeadline{3000};

/// Adapters outlive the object, unless they are closed before it ends.
class RolesThread {
 public:
  RolesThread() : tasks_(context_.get_executor()) {}

  Executor executor() { return context_.get_executor(); }

  /// Before start(), or from the thread itself.
  void spawn(Task<void> task) { tasks_.spawn(std::move(task)); }

  void start();
  bool started() const { return thread_.joinable(); }

  /// Waits for the loops, which were asked to end. What still runs at the deadline waits for
  /// something outside; every step of it is safe to repeat, and destroying the context ends it
  /// where it stands.
  void join(std::chrono::milliseconds deadline);

 private:
  boost::asio::io_context context_{1};
  TaskScope tasks_;
  std::thread thread_;
  std::future<void> ended_;
};

}  // namespace invoicing::services
