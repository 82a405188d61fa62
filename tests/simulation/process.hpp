#pragma once
// One operating-system process of a simulated installation, as its doors see it: a name, a clock
// that may be off a little, and the world around it.

#include <cstdint>
#include <string>

#include "ports/clock.hpp"
#include "tests/simulation/books_watch.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/mail_watch.hpp"
#include "tests/simulation/model.hpp"
#include "tests/simulation/scheduler.hpp"
#include "tests/simulation/trace.hpp"

namespace invoicing::simulation {

/// The clock of one process: the wall clock plus what it is off. Not thread-safe.
class ProcessClock final : public Clock {
 public:
  ProcessClock(Scheduler& scheduler, ProcessId process, Milliseconds off)
      : scheduler_(scheduler), process_(process), off_(off) {}

  Instant now() const override { return scheduler_.wall() + off_; }
  Task<void> sleep_until(Instant when) override {
    co_await scheduler_.pause_until(process_, when - off_, false);
  }
  /// Also ends when the queue has something.
  Task<void> sleep_until_bell(Instant when) {
    co_await scheduler_.pause_until(process_, when - off_, true);
  }

 private:
  Scheduler& scheduler_;
  const ProcessId process_;
  const Milliseconds off_;
};

/// What every door of a process needs. References outlive it.
struct Surroundings {
  Scheduler& scheduler;
  Random& random;
  Faults& faults;
  Trace& trace;
  Model& model;
  BooksWatch& books;
  MailWatch& mail;
};

struct ProcessLine {
  Surroundings& world;
  ProcessId id = 0;
  std::string name;
  ProcessClock clock;
};

}  // namespace invoicing::simulation
