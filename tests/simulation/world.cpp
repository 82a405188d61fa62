#include "tests/simulation/world.hpp"

#include <algorithm>
#include <utility>

namespace invoicing::simulation {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::int64_t kStepsMax = 5'000'000;

// Near nights on which clocks change, the day that Samoa skipped, and anywhere else.
Instant draw_start(Random& random) {
  static const std::vector<const char*> kNoteworthy{"2026-03-20T00:00:00Z", "2026-10-16T00:00:00Z",
                                                    "2026-02-28T00:00:00Z", "2011-12-20T00:00:00Z",
                                                    "2028-02-20T00:00:00Z", "2026-12-20T00:00:00Z"};
  const Instant begin = *parse_rfc3339(random.pick(kNoteworthy));
  return begin + Milliseconds{random.between(0, Milliseconds{days{10}}.count())};
}

std::vector<std::string> draw_recipients(Random& random) {
  std::vector<std::string> recipients{"manager@x"};
  if (random.one_in(2)) recipients.emplace_back("owner@x");
  if (random.one_in(4)) recipients.emplace_back("accountant@x");
  return recipients;
}

std::size_t draw_report_size(Random& random) {
  if (!random.one_in(4)) return kMaxReportBytes;
  // So small that the comparisons alone fill it, or about as large as they are.
  return static_cast<std::size_t>(random.one_in(2) ? 1000 : random.between(464'000, 467'000));
}

std::chrono::hours draw_patience(Random& random) {
  static const std::vector<hours> kPatience{hours{1}, hours{3}, hours{24}};
  return random.pick(kPatience);
}

}  // namespace

void Tally::add(const Tally& other) {
  reports += other.reports;
  invoices += other.invoices;
  mails += other.mails;
  second_mails += other.second_mails;
  crashes += other.crashes;
  steps += other.steps;
}

World::World(std::uint64_t seed, Trace& trace)
    : trace_(trace),
      random_(seed),
      scheduler_(draw_start(random_), random_, trace_),
      faults_(random_),
      model_(trace_),
      books_(model_, trace_),
      configuration_{
          {}, {}, draw_recipients(random_), draw_report_size(random_), draw_patience(random_)},
      mail_(books_, configuration_.recipients, configuration_.give_up_after, trace_),
      surroundings_{scheduler_, random_, faults_, trace_, model_, books_, mail_},
      wall_(scheduler_, 0, Milliseconds{0}),
      durable_(wall_) {
  plan();
}

World::~World() {
  for (Slot& slot : slots_) {
    if (slot.program) scheduler_.kill(slot.program->line.id);
  }
}

void World::plan() {
  trace_.at(scheduler_.wall());
  if (configuration_.max_report_bytes < kMaxReportBytes) books_.allow_pending();
  draw_configuration();
  const std::int64_t length = random_.one_in(4) ? random_.between(20, 50) : random_.between(3, 15);
  season_ends_ = days{length};
  long_sleep_ = random_.one_in(25);
  season_.client_gap = Milliseconds{hours{random_.between(1, 12)}} / 2;

  const auto add = [this](std::string name, bool api, bool generator, bool sender) {
    slots_.push_back(Slot{std::move(name), api, generator, sender, Milliseconds{0}, nullptr});
  };
  if (random_.one_in(3)) {
    add("standalone", true, true, true);
  } else {
    for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
      add("service" + std::to_string(i), true, false, false);
    }
    for (std::int64_t i = random_.between(1, 3); i > 0; --i) {
      add("generator" + std::to_string(i), false, true, false);
    }
    for (std::int64_t i = random_.between(1, 3); i > 0; --i) {
      add("sender" + std::to_string(i), false, false, true);
    }
  }
  for (Slot& slot : slots_) {
    slot.starts_at = Milliseconds{random_.between(0, 5000)};
    if (random_.one_in(20)) slot.starts_at += Milliseconds{hours{random_.between(1, 240)}};
  }
}

void World::draw_configuration() {
  static const std::vector<const char*> kZones{"UTC",
                                               "Europe/Berlin",
                                               "America/New_York",
                                               "Pacific/Apia",
                                               "Asia/Kathmandu",
                                               "Australia/Lord_Howe",
                                               "America/St_Johns"};
  static const std::vector<const char*> kCutOffs{"12:00", "00:00", "02:30", "23:59", "08:17"};
  configuration_.zone = random_.pick(kZones);
  configuration_.cut_off = random_.pick(kCutOffs);
  trace_.note("operator", [this] {
    return "configures " + configuration_.zone + " at " + configuration_.cut_off;
  });
}

void World::start(Slot& slot) {
  const ProcessId id = ++last_process_;
  // Honest machines are a minute off at most; others refuse to work.
  const std::int64_t off = random_.one_in(2) ? 0 : random_.between(-60'000, 60'000);
  slot.program =
      std::make_unique<Program>(surroundings_, durable_, id, slot.name + "/" + std::to_string(id),
                                Milliseconds{off}, configuration_);
  Program& program = *slot.program;
  trace_.note(program.line.name, [&] {
    return "starts with " + configuration_.zone + " " + configuration_.cut_off + ", its clock " +
           std::to_string(off) + " ms off";
  });
  if (slot.generator) scheduler_.spawn(generate(program));
  if (slot.sender) scheduler_.spawn(send_mails(program));
  if (!slot.api) return;
  for (std::int64_t i = random_.between(1, 3); i > 0; --i) {
    scheduler_.spawn(be_client(program, season_));
  }
  scheduler_.spawn(operate(program, season_));
}

void World::stop(Slot& slot, Milliseconds down) {
  slot.starts_at = scheduler_.uptime() + down;
  if (!slot.program) return;
  const ProcessId id = slot.program->line.id;
  trace_.note(slot.program->line.name, [&] {
    return "dies; " + slot.name + " starts again in " + std::to_string(down.count()) + " ms";
  });
  scheduler_.kill(id);
  slot.program->queue.lose_connection();
  mail_.crashed(id);
  model_.crashed(id);
  slot.program.reset();
  ++tally_.crashes;
}

void World::crash_somebody() {
  const auto chosen = random_.between(0, static_cast<std::int64_t>(slots_.size()) - 1);
  const Milliseconds down = draw_downtime();
  Slot& slot = slots_[static_cast<std::size_t>(chosen)];
  if (slot.program) stop(slot, down);
}

bool World::turn(Milliseconds until) {
  if (trace_.failed()) return false;
  trace_.expect(++tally_.steps < kStepsMax, [] { return "the world does not come to rest"; });
  if (!season_.resting && faults_.crashes_now()) crash_somebody();
  if (!season_.resting && random_.one_in(3000)) direct();
  if (scheduler_.step()) return true;

  Milliseconds next = std::min(until, scheduler_.next_due().value_or(until));
  for (const Slot& slot : slots_) {
    if (!slot.program) next = std::min(next, slot.starts_at);
  }
  if (!season_.resting) next = std::min(next, next_event_);
  scheduler_.advance_to(next);
  for (Slot& slot : slots_) {
    if (!slot.program && slot.starts_at <= scheduler_.uptime()) start(slot);
  }
  if (!season_.resting && next_event_ <= scheduler_.uptime()) {
    direct();
    next_event_ =
        scheduler_.uptime() + Milliseconds{random_.between(1000, Milliseconds{hours{20}}.count())};
  }
  return scheduler_.uptime() < until;
}

void World::live_until(Milliseconds uptime) {
  while (turn(uptime)) {
  }
}

void World::run() {
  // A long sleep makes the season longer.
  while (!trace_.failed() && scheduler_.uptime() < season_ends_) live_until(season_ends_);
  if (!trace_.failed()) rest();
}

Tally World::tally() const {
  Tally tally = tally_;
  tally.reports = books_.reports();
  tally.invoices = model_.sequence();
  tally.mails = mail_.mails();
  tally.second_mails = mail_.second_mails();
  return tally;
}

}  // namespace invoicing::simulation
