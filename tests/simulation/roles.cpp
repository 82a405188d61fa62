#include <algorithm>

#include "app/open_books.hpp"
#include "tests/simulation/actors.hpp"

namespace invoicing::simulation {

namespace {

constexpr Milliseconds kRetry{std::chrono::seconds{30}};
constexpr Milliseconds kLongestRest{std::chrono::hours{3}};
constexpr Milliseconds kReceiveWait{std::chrono::hours{6}};

Task<void> rest(Program& program, Milliseconds time) {
  co_await program.line.world.scheduler.pause(program.line.id, time);
}

Milliseconds drawn_rest(Program& program, Milliseconds longest) {
  return Milliseconds{program.line.world.random.between(1000, longest.count())};
}

Task<Result<void>> close_what_is_due(Program& program) {
  program.reports.closing_begins(true);
  const auto closed = co_await program.close.close_due(Backlog::refuse);
  if (closed) co_return Result<void>();
  program.observer.observe(ClosingFailed{closed.error().detail()});
  if (closed.error().code() != ErrorCode::too_many_days_due) co_return closed.error();
  // An operator sees it and runs the close command, some time later.
  const Milliseconds until_seen = drawn_rest(program, std::chrono::hours{8});
  co_await rest(program, until_seen);
  program.reports.closing_begins(false);
  const auto accepted = co_await program.close.close_due(Backlog::accept);
  if (!accepted) co_return accepted.error();
  co_return Result<void>();
}

// As the close command of an operator who has not started the service yet.
Task<void> close_too_early(Program& program) {
  program.reports.closing_begins(false);
  const bool opened = program.line.world.books.books().has_value();
  const auto closed = co_await program.close.close_due(Backlog::accept);
  program.line.world.trace.expect(
      opened || !closed || program.line.world.books.books().has_value(),
      [] { return "a closing was fine although the books were never opened"; });
}

}  // namespace

Task<void> generate(Program& program) {
  if (program.line.world.random.one_in(4)) co_await close_too_early(program);
  for (;;) {
    const auto opened = co_await open_books(program.reports, program.calendar, program.line.clock);
    if (opened) break;
    co_await rest(program, kRetry);
  }
  for (;;) {
    const auto closed = co_await close_what_is_due(program);
    const auto published = co_await program.publish.publish_open();
    const auto next = co_await program.close.next_cut_off();
    if (!closed || !published || !next) {
      co_await rest(program, kRetry);
      continue;
    }
    const Milliseconds until_cut_off = *next - program.line.clock.now();
    const Milliseconds longest = drawn_rest(program, kLongestRest);
    co_await rest(program, std::clamp(until_cut_off, Milliseconds{1000}, longest));
  }
}

Task<void> send_mails(Program& program) {
  for (;;) {
    const auto delivered = co_await program.deliver.deliver_next(kReceiveWait);
    if (delivered) {
      program.line.world.trace.expect(!program.queue.holds_something(), [] {
        return "a message was dealt with and neither acknowledged nor retried nor parked";
      });
      continue;
    }
    program.queue.lose_connection();
    const Milliseconds pause = drawn_rest(program, kRetry);
    co_await rest(program, pause);
  }
}

}  // namespace invoicing::simulation
