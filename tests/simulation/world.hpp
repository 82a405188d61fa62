#pragma once
// A whole simulated installation, from its first start to its rest, decided by one seed: durable
// stores, processes that come and go, and a director who lets things happen to them.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/actors.hpp"
#include "tests/simulation/program.hpp"

namespace invoicing::simulation {

/// Counts for the summary.
struct Tally {
  std::int64_t reports = 0;
  std::int64_t invoices = 0;
  std::int64_t mails = 0;
  std::int64_t second_mails = 0;
  std::int64_t crashes = 0;
  std::int64_t steps = 0;

  void add(const Tally& other);
};

/// Single-threaded; one run.
class World {
 public:
  /// `trace` outlives it and says afterwards whether a promise was broken.
  World(std::uint64_t seed, Trace& trace);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Lives through the season that the seed has drawn, then rests, closes once and is checked.
  void run();
  Tally tally() const;

 private:
  /// A place where one process runs: which roles, and since when or until when it is down.
  struct Slot {
    std::string name;
    bool api = false;
    bool generator = false;
    bool sender = false;
    Milliseconds starts_at{0};
    std::unique_ptr<Program> program;
  };

  // world.cpp: life.
  void plan();
  void draw_configuration();
  void start(Slot& slot);
  void stop(Slot& slot, Milliseconds down);
  void crash_somebody();
  void live_until(Milliseconds uptime);
  /// One step of somebody, or time moves on. Ends at `until`: false.
  bool turn(Milliseconds until);

  // director.cpp: what happens.
  void direct();
  void set_clock();
  void reconfigure();
  void stumble_queue();
  Milliseconds draw_downtime();

  // finale.cpp: rest and the last checks.
  void rest();
  void live_until_settled(const char* why);
  std::string unsettled() const;
  void close_once_more();
  void check_store();
  void check_sums();
  void check_audit(bool damaged, std::size_t window);
  void check_preview();
  void check_deliveries();
  void repair_damage();
  void spawn_and_finish(Task<void> task);

  Trace& trace_;
  Random random_;
  Scheduler scheduler_;
  Faults faults_;
  Model model_;
  BooksWatch books_;
  Configuration configuration_;
  MailWatch mail_;
  Surroundings surroundings_;
  ProcessClock wall_;
  Durable durable_;
  Season season_;
  Milliseconds season_ends_{0};
  Milliseconds next_event_{0};
  bool long_sleep_ = false;
  std::vector<Slot> slots_;
  ProcessId last_process_ = 0;
  std::int64_t poisons_ = 0;
  Tally tally_;
};

}  // namespace invoicing::simulation
