#pragma once
// One call through a port: it travels there, meets its fault, takes effect in the adapter, and
// travels back. The process may die on either way.

#include <string>
#include <utility>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "tests/simulation/process.hpp"

namespace invoicing::simulation {

enum class Service { store_read, store_write, queue };

inline Fault draw(Faults& faults, Service service) {
  if (service == Service::queue) return faults.of_queue();
  return faults.of_store(service == Service::store_write);
}

inline Error error_of(Faults& faults, Service service, Fault fault) {
  if (service == Service::queue) {
    return Error(ErrorCode::queue_unavailable, "the simulated queue is down");
  }
  if (fault == Fault::not_done) return faults.store_error();
  return Error(ErrorCode::outcome_unknown, "the simulated answer is lost");
}

inline Task<void> travel(ProcessLine& line, Service service) {
  Faults& faults = line.world.faults;
  const bool queue = service == Service::queue;
  co_await line.world.scheduler.pause(line.id, queue ? faults.queue_latency() : faults.latency());
}

/// `run` starts the adapter's call, which must end without a wait; `seen` is told its result at
/// that moment, whatever the caller learns of it. All are named values of the caller, who waits.
template <typename T, typename Run, typename Seen>
Task<Result<T>> call(ProcessLine& line, Service service, const char* what, Run& run, Seen& seen) {
  co_await travel(line, service);
  const Fault fault = draw(line.world.faults, service);
  if (fault == Fault::not_done || fault == Fault::unknown_not_done) {
    line.world.trace.note(line.name, [&] { return std::string(what) + " fails, not done"; });
    co_await travel(line, service);
    co_return error_of(line.world.faults, service, fault);
  }
  auto result = co_await run();
  line.world.trace.mix(result.has_value() ? 1 : 2);
  seen(result);
  const auto text = [&] {
    return std::string(what) + (result ? "" : ": " + result.error().detail()) +
           (fault == Fault::none ? "" : ", the answer is lost");
  };
  if (service == Service::store_write || fault != Fault::none) {
    line.world.trace.note(line.name, text);
  } else {
    line.world.trace.note_detail(line.name, text);
  }
  co_await travel(line, service);
  if (fault == Fault::unknown_done) {
    co_return error_of(line.world.faults, service, fault);
  }
  co_return result;
}

/// The same where nobody looks on.
template <typename T, typename Run>
Task<Result<T>> call(ProcessLine& line, Service service, const char* what, Run& run) {
  const auto unseen = [](const Result<T>&) {};
  auto result = co_await call<T>(line, service, what, run, unseen);
  co_return result;
}

}  // namespace invoicing::simulation
