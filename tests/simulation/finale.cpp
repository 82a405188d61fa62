#include <algorithm>

#include "tests/simulation/world.hpp"

namespace invoicing::simulation {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Milliseconds kPatience{days{12}};

}  // namespace

// Everybody is up, nothing fails, nothing new is begun; what is unresolved is retried.
void World::rest() {
  trace_.note("world", [] { return "comes to rest"; });
  season_.resting = true;
  season_.client_gap = std::chrono::minutes{2};
  faults_.calm();
  for (Slot& slot : slots_) {
    slot.starts_at = std::min(slot.starts_at, scheduler_.uptime() + std::chrono::minutes{1});
  }
  live_until_settled("at rest");
  if (!trace_.failed()) close_once_more();
  if (trace_.failed()) return;
  season_.idle_clients = true;
  check_store();
  check_sums();
  check_audit(false, 0);
  check_preview();
  mail_.check_all_mailed();
  check_deliveries();
  if (!trace_.failed()) repair_damage();
}

std::string World::unsettled() const {
  std::string why;
  if (const auto count = model_.unresolved(); count > 0) {
    why += std::to_string(count) + " requests of clients; ";
  }
  if (books_.reports() == 0) return why;
  // What a report without room names as pending may well agree.
  const std::vector<Sum> invoiced = books_.invoiced(model_.sequence());
  for (const ReportNumber number : books_.all().back().pending) {
    const auto window = static_cast<std::size_t>(number);
    if (books_.reported(window) != invoiced[window]) why += "pending corrections; ";
  }
  return why;
}

void World::live_until_settled(const char* why) {
  // Where reports are small, each takes one of the corrections that wait.
  const Milliseconds patience = scheduler_.uptime() + kPatience + days{books_.reports()};
  for (;;) {
    const Milliseconds begin = scheduler_.uptime();
    live_until(begin + hours{26});
    if (trace_.failed()) return;
    std::string delivering;
    auto look = [](Durable& durable, ReportNumber reports, std::string& what) -> Task<void> {
      const auto depth = co_await durable.queue.depth();
      const auto waiting = depth->ready + depth->delayed + depth->unacknowledged;
      if (waiting > 0) what += std::to_string(waiting) + " messages wait; ";
      for (ReportNumber number = 1; number <= reports; ++number) {
        const auto entry = co_await durable.reports.entry(number);
        const std::string id = (*entry)->message_id();
        const auto dead = co_await durable.queue.find_dead(id);
        if ((*entry)->state != OutboxState::done) what += id + " is not done; ";
        if (dead->has_value()) what += id + " is dead; ";
      }
    };
    scheduler_.spawn(look(durable_, books_.reports(), delivering));
    const std::string left = unsettled() + delivering;
    if (left.empty()) return;
    trace_.expect(scheduler_.uptime() < patience,
                  [&] { return std::string(why) + ", days later: " + left; });
    if (trace_.failed()) return;
  }
}

// The next closing after everything has come to rest, also where the clock stands behind the last.
void World::close_once_more() {
  const Instant last = books_.ends().empty() ? scheduler_.wall() : books_.ends().back();
  const Milliseconds behind = std::max(last - scheduler_.wall(), Milliseconds{0});
  const std::int64_t before = books_.reports();
  // A change of zone makes one window longer: from midnight in Samoa to midnight in Newfoundland.
  live_until(scheduler_.uptime() + behind + hours{80});
  trace_.expect(books_.reports() > before, [] { return "no day was closed in three days"; });
  if (!trace_.failed()) live_until_settled("after the last closing");
}

void World::check_store() {
  std::size_t stored = 0;
  for (const Intent& intent : model_.intents()) {
    if (intent.stored_at == 0) {
      trace_.expect(!intent.acknowledged, [] { return "an acknowledged invoice is lost"; });
      continue;
    }
    ++stored;
    const auto there = durable_.shared->by_id.find(*intent.id);
    const bool found = there != durable_.shared->by_id.end() &&
                       there->second.amount == intent.request.invoice.amount &&
                       there->second.date == intent.date &&
                       (there->second.voiding.has_value() == (intent.voided_at != 0));
    trace_.expect(found, [&] { return intent.request.invoice.reference + " is not what it was"; });
  }
  trace_.expect(stored == durable_.shared->by_id.size(),
                [] { return "the store holds more than clients have sent"; });
}

void World::check_sums() {
  std::vector<Sum> invoiced = books_.invoiced(model_.sequence());
  for (std::size_t window = 0; window < books_.ends().size(); ++window) {
    trace_.expect(books_.reported(window) == invoiced[window], [&] {
      return "after rest the reports say of window " + std::to_string(window) + ": " +
             books_.reported(window).show() + "; the invoices: " + invoiced[window].show();
    });
  }
  // The claim itself, in one sum: all reports, and all invoices dated before the last end.
  const std::vector<Sum> all = model_.sums({books_.ends().back()}, model_.sequence());
  trace_.expect(books_.reported_in_all() == all.front(), [&] {
    return "all reports: " + books_.reported_in_all().show() +
           "; all invoices: " + all.front().show();
  });
}

void World::spawn_and_finish(Task<void> task) {
  bool done = false;
  auto whole = [](Task<void> inner, bool& is_done) -> Task<void> {
    co_await std::move(inner);
    is_done = true;
  };
  scheduler_.spawn(whole(std::move(task), done));
  const Milliseconds patience = scheduler_.uptime() + hours{1};
  while (!done && turn(patience)) {
  }
  trace_.expect(done, [] { return "a check did not come to its end"; });
}

void World::check_audit(bool damaged, std::size_t window) {
  Program auditor(surroundings_, durable_, ++last_process_, "auditor", Milliseconds{0},
                  configuration_);
  auto look = [this, damaged, window](Program& program) -> Task<void> {
    const auto result = co_await program.audit.audit();
    trace_.expect(result && result->windows.size() == books_.ends().size(),
                  [] { return "audit has not looked at every window"; });
    if (!result) co_return;
    for (const AuditedWindow& audited : result->windows) {
      const ReportNumber number = audited.window.number;
      const bool expected = damaged && number == static_cast<ReportNumber>(window);
      const auto& pending = books_.all().back().pending;
      const bool waits = std::ranges::find(pending, number) != pending.end();
      const auto verdict = !expected ? AuditVerdict::agrees
                           : waits   ? AuditVerdict::pending
                                     : AuditVerdict::differs;
      trace_.expect(audited.verdict == verdict,
                    [&] { return "audit misjudges window " + std::to_string(number); });
    }
    Sum reported;
    trace_.expect(reported.add(result->reported) && reported == books_.reported_in_all(),
                  [] { return "audit adds up the reports wrongly"; });
    Sum invoiced;
    const Sum known = model_.sums({books_.ends().back()}, model_.sequence()).front();
    trace_.expect(invoiced.add(result->invoiced) && invoiced == known,
                  [] { return "audit adds up the invoices wrongly"; });
    if (!damaged) co_return;
    const auto marked = co_await program.audit.mark(*result);
    trace_.expect(marked.has_value(), [] { return "audit cannot mark a window"; });
  };
  spawn_and_finish(look(auditor));
  scheduler_.kill(auditor.line.id);
}

// The running day behind days that are due and that nobody closes.
void World::check_preview() {
  for (Slot& slot : slots_) {
    if (slot.generator) stop(slot, hours{60} + std::chrono::minutes{10});
  }
  live_until(scheduler_.uptime() + hours{random_.between(1, 60)});
  if (trace_.failed()) return;
  Program manager(surroundings_, durable_, ++last_process_, "manager", Milliseconds{0},
                  configuration_);
  std::vector<Instant> ends = books_.ends();
  Day day = books_.all().back().business_day;
  const Instant soon = scheduler_.wall() + std::chrono::minutes{1};
  while (ends.back() <= soon) {
    day += days{1};
    const Instant end = manager.calendar.cut_off_of(day);
    if (end > ends.back()) ends.push_back(end);
  }
  if (ends.size() >= 2 && ends[ends.size() - 2] > scheduler_.wall()) {
    live_until(scheduler_.uptime() + std::chrono::minutes{2});
  }
  auto look = [this, &ends](Program& program) -> Task<void> {
    const auto shown = co_await program.preview.running_day();
    trace_.expect(shown.has_value(), [] { return "no preview at rest"; });
    if (!shown) co_return;
    const bool in_place = shown->number == static_cast<ReportNumber>(ends.size()) - 1 &&
                          shown->window == Window{ends[ends.size() - 2], ends.back()};
    trace_.expect(in_place && !shown->sealed, [&] {
      return "the preview shows number " + std::to_string(shown->number) + " up to " +
             format_instant(shown->window.to);
    });
    const std::vector<Sum> sums = model_.sums(ends, model_.sequence());
    const Sum& expected = sums[ends.size() - 1];
    Sum figures;
    trace_.expect(figures.add(shown->figures) && figures == expected, [&] {
      return "the preview shows " + figures.show() + " where there is " + expected.show();
    });
    trace_.expect(shown->corrections.empty(), [] { return "the preview corrects what is right"; });
  };
  spawn_and_finish(look(manager));
  scheduler_.kill(manager.line.id);
}

void World::check_deliveries() {
  Program manager(surroundings_, durable_, ++last_process_, "manager", Milliseconds{0},
                  configuration_);
  auto look = [this](Program& program) -> Task<void> {
    for (ReportNumber number = 1; number <= books_.reports(); ++number) {
      const auto status = co_await program.delivery.status(number);
      trace_.expect(status && status->progress == DeliveryProgress::done &&
                        status->recipients.size() == configuration_.recipients.size(),
                    [&] { return "report " + std::to_string(number) + " is not done after rest"; });
    }
  };
  spawn_and_finish(look(manager));
  scheduler_.kill(manager.line.id);
}

// Somebody changes an amount behind the store's back: audit must name that window and no other, and
// after `audit --mark` the next closing sets it right.
void World::repair_damage() {
  std::vector<std::size_t> candidates;
  for (std::size_t number = 0; number < model_.intents().size(); ++number) {
    const Intent& intent = model_.intents()[number];
    const bool counts = intent.stored_at != 0 && intent.voided_at == 0;
    if (counts && intent.date < books_.ends().back()) candidates.push_back(number);
  }
  if (candidates.empty()) return;
  const std::size_t number = random_.pick(candidates);
  const Intent& intent = model_.intents()[number];
  const std::int64_t minor = intent.request.invoice.amount.minor + 1;
  durable_.shared->by_id.at(*intent.id).amount.minor = minor;
  model_.tampered(number, minor);
  const auto& ends = books_.ends();
  const auto window = static_cast<std::size_t>(
      std::upper_bound(ends.begin(), ends.end(), intent.date) - ends.begin());
  trace_.note("world", [&] { return "damages window " + std::to_string(window); });
  books_.damage(window);
  check_audit(true, window);
  if (trace_.failed()) return;
  // The next report takes the mark, or where it has no room, one after it.
  for (Slot& slot : slots_) slot.starts_at = std::min(slot.starts_at, scheduler_.uptime());
  const Milliseconds patience = scheduler_.uptime() + kPatience + days{books_.reports()};
  const auto right = [&] {
    return books_.reported(window) == books_.invoiced(model_.sequence())[window];
  };
  while (!right() && scheduler_.uptime() < patience && !trace_.failed()) {
    live_until(scheduler_.uptime() + hours{10});
  }
  books_.repair();
  if (!trace_.failed()) check_sums();
  if (!trace_.failed()) check_audit(false, 0);
}

}  // namespace invoicing::simulation
