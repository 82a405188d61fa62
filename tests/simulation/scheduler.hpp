#pragma once
// Time and order of a simulated world: every coroutine that waits stands here, and the seed decides
// which one goes on. Nothing else runs, no real clock is asked.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/trace.hpp"

namespace invoicing::simulation {

using Milliseconds = std::chrono::milliseconds;
using ProcessId = std::int64_t;

/// Single-threaded. Time stands still while somebody can go on, and moves when its owner says so.
class Scheduler {
 public:
  Scheduler(Instant start, Random& random, Trace& trace)
      : random_(random), trace_(trace), wall_(start) {}

  /// What an honest clock shows. Jumps with jump().
  Instant wall() const { return wall_; }
  /// Time since the start, which never jumps.
  Milliseconds uptime() const { return uptime_; }
  /// How often the wall clock was set.
  std::int64_t jumps() const { return jumps_; }

  /// Resumes when chosen, not before `delay` has gone by. Every port call passes here on its way
  /// there and on its way back.
  Task<void> pause(ProcessId process, Milliseconds delay);
  /// Resumes when chosen, not before wall() >= `when`; a ring() ends the wait early where
  /// `hears_the_bell`.
  Task<void> pause_until(ProcessId process, Instant when, bool hears_the_bell);
  void ring();

  /// Starts a coroutine and runs it up to its first wait. An exception out of it leaves through
  /// whoever runs the scheduler: a bug.
  void spawn(Task<void> task);
  /// The process is no more: its coroutines are destroyed where they stand. Not to be called by one
  /// of them.
  void kill(ProcessId process);

  /// Lets one of those that can go on do so, up to its next wait. False when nobody can.
  bool step();
  /// The uptime at which somebody can go on; nothing when nobody ever will.
  std::optional<Milliseconds> next_due() const;
  void advance_to(Milliseconds uptime);
  /// Sets the wall clock, forward or back.
  void jump(Milliseconds by);

 private:
  struct Resume {
    virtual ~Resume() = default;
    virtual void post(boost::asio::io_context& io) = 0;
  };
  struct Waiting {
    ProcessId process = 0;
    Milliseconds due{0};
    Instant wall_due{Instant::min()};
    bool hears_the_bell = false;
    std::unique_ptr<Resume> resume;
  };
  template <typename Handler>
  struct ResumeHandler;

  Task<void> suspend(Waiting waiting);
  Milliseconds due_of(const Waiting& waiting) const;
  void drain();

  Random& random_;
  Trace& trace_;
  Instant wall_;
  Milliseconds uptime_{0};
  std::int64_t jumps_ = 0;
  boost::asio::io_context io_{1};
  std::vector<Waiting> waiting_;    // after io_: what waits is destroyed while it lives
  std::vector<std::size_t> ready_;  // of step(), kept for its memory
};

}  // namespace invoicing::simulation
