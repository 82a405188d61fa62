#include "async/task_scope.hpp"

#include <chrono>
#include <exception>
#include <list>
#include <utility>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace invoicing {
namespace asio = boost::asio;
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

void rethrow_unless_cancelled(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
}

}  // namespace

// Shared with the completion handlers: an io_context that is destroyed under running tasks may
// outlive the scope.
struct TaskScope::State {
  explicit State(Executor on) : executor(on), ended(on, Timer::time_point::max()) {}

  Executor executor;
  std::list<asio::cancellation_signal> signals;  // one a running task
  Timer ended;                                   // cancelled whenever the last task ends
};

TaskScope::TaskScope(Executor executor) : state_(std::make_shared<State>(executor)) {}

TaskScope::~TaskScope() = default;

void TaskScope::spawn(Task<void> task) {
  const auto signal = state_->signals.emplace(state_->signals.end());
  auto on_end = [state = state_, signal](const std::exception_ptr& failure) {
    state->signals.erase(signal);
    if (state->signals.empty()) state->ended.cancel();
    rethrow_unless_cancelled(failure);
  };
  asio::co_spawn(state_->executor, std::move(task),
                 asio::bind_cancellation_slot(signal->slot(), std::move(on_end)));
}

void TaskScope::cancel() {
  // A task may end, and with it its signal, while it is being told.
  for (auto signal = state_->signals.begin(); signal != state_->signals.end();) {
    const auto current = signal++;
    current->emit(asio::cancellation_type::terminal);
  }
}

Task<void> TaskScope::join() {
  const auto state = state_;
  while (!state->signals.empty()) {
    boost::system::error_code cancelled_is_the_signal;
    co_await state->ended.async_wait(
        asio::redirect_error(asio::use_awaitable_t<Executor>{}, cancelled_is_the_signal));
  }
}

std::size_t TaskScope::running() const {
  return state_->signals.size();
}

}  // namespace invoicing
