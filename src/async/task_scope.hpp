#pragma once
// The owner of spawned coroutines: nothing is detached without somebody who can cancel it and wait
// for its end.

#include <cstddef>
#include <memory>

#include "async/task.hpp"

namespace invoicing {

/// Runs any number of tasks on one executor. To be used on that executor's thread only (one thread
/// runs the io_context). Destroying the scope does not end its tasks: cancel() and join() first,
/// or destroy the io_context, which destroys them where they stand.
class TaskScope {
 public:
  explicit TaskScope(Executor executor);
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope();

  /// Starts `task`. It may end by the boost::system::system_error operation_aborted that cancel()
  /// causes; any other exception out of it is a bug and leaves through io_context::run().
  void spawn(Task<void> task);

  /// Asks every running task to end: what it awaits fails with operation_aborted, if it can be
  /// cancelled at all (sockets and timers can, a call to an adapter ends by itself). Tasks that
  /// are spawned later are not concerned.
  void cancel();

  /// Returns when no task runs, those spawned meanwhile included.
  Task<void> join();

  std::size_t running() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace invoicing
