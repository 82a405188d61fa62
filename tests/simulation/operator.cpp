#include <algorithm>

#include "tests/simulation/actors.hpp"

namespace invoicing::simulation {

namespace {

Task<void> audit(Program& program) {
  const auto result = co_await program.audit.audit();
  if (!result) co_return;
  for (const AuditedWindow& window : result->windows) {
    program.line.world.trace.expect(window.verdict != AuditVerdict::differs, [&] {
      Sum difference;
      difference.add(window.difference);
      return "audit: window " + std::to_string(window.window.number) + " differs by " +
             difference.show();
    });
  }
}

Task<void> look_at_the_running_day(Program& program) {
  const std::int64_t reports = program.line.world.books.reports();
  const auto day = co_await program.preview.running_day();
  program.line.world.trace.expect(!day || (!day->sealed && day->number > reports), [&] {
    return "the preview has number " + std::to_string(day->number) + " after " +
           std::to_string(reports) + " reports";
  });
}

Task<void> ask_for_mails(Program& program, bool resting) {
  Surroundings& world = program.line.world;
  const std::int64_t reports = world.books.reports();
  for (ReportNumber number = 1; number <= reports; ++number) {
    // Mostly one of the last, where something may still be under way.
    const std::int64_t age = reports - number + 1;
    if (!resting && !world.random.one_in(2 * age)) continue;
    const auto status = co_await program.delivery.status(number);
    if (!status) co_return;
    const bool dead = status->progress == DeliveryProgress::dead;
    if (resting && !dead) continue;
    // Asked for whatever the state: while the last send is under way it must be refused.
    const auto sent = co_await program.delivery.resend(number, {});
    world.trace.note(program.line.name, [&] {
      return "resend of report " + std::to_string(number) +
             (sent ? "" : ": " + sent.error().detail());
    });
  }
}

// Somebody who wants the last report once more, and presses the button until it is taken.
Task<void> insist_on_a_resend(Program& program) {
  Surroundings& world = program.line.world;
  for (std::int64_t presses = world.random.between(10, 40); presses > 0; --presses) {
    co_await world.scheduler.pause(program.line.id, Milliseconds{world.random.between(0, 4000)});
    const std::int64_t reports = world.books.reports();
    if (reports == 0) continue;
    const auto sent = co_await program.delivery.resend(reports, {});
    if (sent) co_return;
  }
}

}  // namespace

Task<void> operate(Program& program, const Season& season) {
  Surroundings& world = program.line.world;
  for (;;) {
    const Milliseconds gap{world.random.between(0, Milliseconds{std::chrono::hours{20}}.count())};
    co_await world.scheduler.pause(program.line.id, gap);
    if (world.random.one_in(3)) {
      // When the generators are at it too.
      const Day day = program.calendar.day_of(program.line.clock.now());
      co_await program.line.clock.sleep_until(program.calendar.cut_off_of(day));
    }
    switch (season.resting ? 4 : world.random.between(0, 4)) {
      case 0:
        co_await audit(program);
        break;
      case 1:
        co_await look_at_the_running_day(program);
        break;
      case 2:
        co_await insist_on_a_resend(program);
        break;
      default:
        co_await ask_for_mails(program, season.resting);
        break;
    }
  }
}

}  // namespace invoicing::simulation
