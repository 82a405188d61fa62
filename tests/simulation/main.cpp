// Runs simulated worlds, one for each seed, until a promise is broken or time is up.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <limits>
#include <string>

#include <CLI/CLI.hpp>

#include "tests/simulation/world.hpp"

namespace invoicing::simulation {
namespace {

constexpr std::size_t kLinesOfAFailure = 60;

struct Options {
  std::uint64_t seeds = 0;
  std::uint64_t first_seed = 1;
  std::uint64_t seed = 0;
  std::int64_t seconds = 0;
  std::uint64_t fixed = 0;
  bool trace = false;
};

struct Outcome {
  Tally tally;
  std::uint64_t fingerprint = 0;
  std::optional<std::string> broken;
};

Outcome live(std::uint64_t seed, Trace& trace) {
  World world(seed, trace);
  world.run();
  return {world.tally(), trace.fingerprint(), trace.broken()};
}

// The same run again, this time with its story.
int tell(std::uint64_t seed, std::size_t lines_max, bool details,
         const std::optional<std::string>& broken) {
  Trace trace(lines_max, details);
  const Outcome again = live(seed, trace);
  for (const std::string& line : trace.lines()) std::cout << line << '\n';
  std::cout << "seed " << seed << ": " << again.tally.reports << " days, fingerprint " << std::hex
            << again.fingerprint << std::dec << '\n';
  if (!again.broken && !broken) return 0;
  std::cout << "FAILED seed " << seed << ": " << again.broken.value_or(*broken) << '\n';
  if (broken && again.broken != broken) std::cout << "and did not replay exactly\n";
  std::cout << "replay: tests/simulation/run --seed " << seed << " --trace\n";
  return 1;
}

class Campaign {
 public:
  explicit Campaign(const Options& options) : options_(options) {}

  int run() {
    // Known seeds first, each twice: what does not replay exactly is worth nothing.
    for (std::uint64_t seed = 1; seed <= options_.fixed; ++seed) {
      if (const int failed = one(seed, true); failed != 0) return failed;
    }
    for (std::uint64_t seed = options_.first_seed; !is_over(seed); ++seed) {
      if (const int failed = one(seed, false); failed != 0) return failed;
    }
    summary();
    return 0;
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_over(std::uint64_t seed) const {
    if (options_.seeds > 0 && seed >= options_.first_seed + options_.seeds) return true;
    return options_.seconds > 0 && Clock::now() >= begin_ + std::chrono::seconds{options_.seconds};
  }

  int one(std::uint64_t seed, bool twice) {
    Trace trace(0);
    const Outcome outcome = live(seed, trace);
    ++worlds_;
    sum_.add(outcome.tally);
    if (outcome.broken) {
      summary();
      return tell(seed, kLinesOfAFailure, false, outcome.broken);
    }
    if (!twice) return 0;
    Trace second(0);
    const Outcome again = live(seed, second);
    if (again.fingerprint == outcome.fingerprint) return 0;
    std::cout << "FAILED seed " << seed << " does not replay exactly\n";
    return 1;
  }

  void summary() const {
    const std::chrono::duration<double> spent = Clock::now() - begin_;
    std::printf("%llu seeds", static_cast<unsigned long long>(worlds_));
    if (options_.fixed > 0) {
      std::printf(" (1 to %llu, each twice", static_cast<unsigned long long>(options_.fixed));
      std::printf("; fresh ones from %llu)", static_cast<unsigned long long>(options_.first_seed));
    } else {
      std::printf(" from %llu", static_cast<unsigned long long>(options_.first_seed));
    }
    std::printf(
        ", %lld days closed, %lld changes of invoices, %lld mails (%lld of them a second one), "
        "%lld crashes, %lld steps in %.1f s\n",
        static_cast<long long>(sum_.reports), static_cast<long long>(sum_.invoices),
        static_cast<long long>(sum_.mails), static_cast<long long>(sum_.second_mails),
        static_cast<long long>(sum_.crashes), static_cast<long long>(sum_.steps), spent.count());
    std::fflush(stdout);
  }

  const Options options_;
  const Clock::time_point begin_ = Clock::now();
  std::uint64_t worlds_ = 0;
  Tally sum_;
};

int main_of(int count, char** arguments) {
  Options options;
  CLI::App app("Simulated installations: random schedules, faults, crashes and clocks from a seed");
  auto* const seed = app.add_option("--seed", options.seed, "run this one seed");
  app.add_option("--seeds", options.seeds, "how many seeds to run");
  auto* const first = app.add_option("--first-seed", options.first_seed, "where to begin");
  app.add_option("--seconds", options.seconds, "stop after so many seconds");
  app.add_option("--fixed", options.fixed, "first run seeds 1 to N, each twice");
  app.add_flag("--trace", options.trace, "with --seed: print what happens");
  CLI11_PARSE(app, count, arguments);

  if (seed->count() > 0) {
    return tell(options.seed, options.trace ? std::numeric_limits<std::size_t>::max() : 1,
                options.trace, std::nullopt);
  }
  if (options.seeds == 0 && options.seconds == 0) options.seeds = 100;
  if (first->count() == 0 && options.fixed > 0) {
    // Fresh ones, never seen before; the first failing one is printed.
    options.first_seed = static_cast<std::uint64_t>(
        std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds{1});
  }
  return Campaign(options).run();
}

}  // namespace
}  // namespace invoicing::simulation

int main(int count, char** arguments) {
  return invoicing::simulation::main_of(count, arguments);
}
