#include <algorithm>
#include <utility>

#include "tests/simulation/actors.hpp"

namespace invoicing::simulation {

namespace {

using std::chrono::days;
using std::chrono::hours;

Model& model_of(Program& program) {
  return program.line.world.model;
}

// Dates where a window could be off by one, and dates that are late, early or out of the blue.
std::optional<Instant> draw_date(Program& program) {
  Surroundings& world = program.line.world;
  const Instant now = program.line.clock.now();
  const auto drawn = [&](Milliseconds from, Milliseconds to) {
    return now + Milliseconds{world.random.between(from.count(), to.count())};
  };
  switch (world.random.between(0, 11)) {
    case 0: {
      const auto& ends = world.books.ends();
      if (ends.empty()) return drawn(-days{2}, days{1});
      return world.random.pick(ends) + Milliseconds{world.random.between(-1, 1)};
    }
    case 1: {
      const Day day = program.calendar.day_of(now) + days{world.random.between(-2, 1)};
      return program.calendar.cut_off_of(day) + Milliseconds{world.random.between(-1, 1)};
    }
    case 2:
      return drawn(-days{20}, hours{0});
    case 3:
      return drawn(-days{400}, -days{1});
    case 4:
      return drawn(hours{0}, days{5});
    case 5:
    case 6:
      return drawn(-hours{30}, hours{1});
    default:
      return std::nullopt;
  }
}

Intent draw_intent(Program& program) {
  Random& random = program.line.world.random;
  const std::size_t number = model_of(program).intents().size();
  Intent intent;
  intent.currency = static_cast<std::size_t>(random.between(0, kCurrencies.size() - 1));
  Invoice& invoice = intent.request.invoice;
  invoice.customer = "customer " + std::to_string(random.between(0, 3));
  invoice.amount = {random.one_in(9) ? 0 : random.between(1, 1'000'000),
                    *Currency::from_code(kCurrencies[intent.currency])};
  const std::int64_t lines = random.between(0, 3);
  for (std::int64_t i = 0; i < lines; ++i) {
    const auto sku = static_cast<std::size_t>(random.between(0, kSkus.size() - 1));
    const std::int64_t milli = random.between(1, 5000);
    intent.lines.emplace_back(sku, milli);
    invoice.items.push_back({kSkus[sku], {milli}});
  }
  invoice.request_hash = {sha256("request " + std::to_string(number))};
  if (const auto date = draw_date(program)) {
    intent.request.has_date = true;
    invoice.date = std::max(*date, kFirstDate);
  }
  if (!random.one_in(6)) {
    // Two owners use the same keys, and must not meet.
    intent.request.owner = random.one_in(2) ? "shop" : "till";
    intent.request.idempotency_key = "key " + std::to_string(number / 2);
  }
  return intent;
}

// The key names the owner too, so of two neighbours with one key and one owner only the first may
// have it.
bool key_is_free(const Model& model, const Intent& wanted) {
  return !wanted.keyed() || std::ranges::none_of(model.intents(), [&](const Intent& other) {
    return other.request.idempotency_key == wanted.request.idempotency_key &&
           other.request.owner == wanted.request.owner;
  });
}

void heard(Program& program, std::size_t number, const Result<InsertOutcome>& outcome) {
  model_of(program).intent(number).under_way = 0;
  if (outcome) model_of(program).told_created(number, *outcome);
  program.line.world.trace.expect(
      outcome || outcome.error().code() == ErrorCode::storage_unavailable ||
          outcome.error().code() == ErrorCode::storage_full ||
          outcome.error().code() == ErrorCode::outcome_unknown,
      [&] { return "a good invoice was refused: " + outcome.error().detail(); });
}

Task<void> post(Program& program, std::size_t number) {
  Intent& intent = model_of(program).intent(number);
  intent.under_way = program.line.id;
  NewInvoice request = intent.request;
  const auto outcome = co_await program.create.create(std::move(request));
  heard(program, number, outcome);
}

std::vector<std::size_t> draw_batch(Program& program) {
  std::vector<std::size_t> batch;
  const std::int64_t size = program.line.world.random.between(2, 6);
  for (std::int64_t i = 0; i < size; ++i) {
    Intent intent = draw_intent(program);
    if (!key_is_free(model_of(program), intent)) continue;
    batch.push_back(model_of(program).add(std::move(intent)));
    model_of(program).intent(batch.back()).under_way = program.line.id;
  }
  return batch;
}

Task<void> post_batch(Program& program) {
  const std::vector<std::size_t> batch = draw_batch(program);
  std::vector<NewInvoice> requests;
  for (const std::size_t number : batch) {
    requests.push_back(model_of(program).intent(number).request);
  }
  const auto outcomes = co_await program.create.create_all(std::move(requests));
  for (std::size_t i = 0; i < batch.size(); ++i) heard(program, batch[i], outcomes[i]);
}

Task<void> post_other_body(Program& program, std::size_t number) {
  const Intent& intent = model_of(program).intent(number);
  if (!intent.keyed() || !intent.acknowledged) co_return;
  NewInvoice request = intent.request;
  request.invoice.request_hash = {sha256("another body")};
  const auto outcome = co_await program.create.create(std::move(request));
  program.line.world.trace.expect(!outcome && outcome.error().code() != ErrorCode::reference_taken,
                                  [] { return "a key was taken twice with different bodies"; });
}

Task<void> make_void(Program& program, std::size_t number) {
  Intent& intent = model_of(program).intent(number);
  if (!intent.acknowledged) co_return;
  intent.void_wanted = true;
  intent.under_way = program.line.id;
  const InvoiceId id = *intent.id;
  const auto outcome = co_await program.make_void.make_void(id, "simulated", {});
  model_of(program).intent(number).under_way = 0;
  if (outcome) model_of(program).told_voided(number, *outcome);
  program.line.world.trace.expect(outcome || outcome.error().code() != ErrorCode::invoice_not_found,
                                  [] { return "an acknowledged invoice was not found"; });
}

// What is not known yet, oldest first; a client that lost patience asks twice at once.
Task<bool> retry(Program& program) {
  Random& random = program.line.world.random;
  const auto& intents = model_of(program).intents();
  for (std::size_t number = 0; number < intents.size(); ++number) {
    const Intent& intent = intents[number];
    if (intent.under_way != 0 && !random.one_in(20)) continue;
    if (intent.keyed() && !intent.acknowledged) {
      co_await post(program, number);
      co_return true;
    }
    if (intent.void_wanted && !intent.void_acknowledged) {
      co_await make_void(program, number);
      co_return true;
    }
  }
  co_return false;
}

Task<void> act(Program& program) {
  Random& random = program.line.world.random;
  const auto count = static_cast<std::int64_t>(model_of(program).intents().size());
  const auto any =
      static_cast<std::size_t>(random.between(0, std::max<std::int64_t>(count - 1, 0)));
  const std::int64_t choice = count == 0 ? 9 : random.between(0, 13);
  if (choice <= 1) {
    co_await make_void(program, any);
  } else if (choice == 2) {
    if (model_of(program).intent(any).keyed()) co_await post(program, any);
  } else if (choice == 3) {
    co_await post_other_body(program, any);
  } else if (choice == 4) {
    co_await post_batch(program);
  } else {
    Intent intent = draw_intent(program);
    if (!key_is_free(model_of(program), intent)) co_return;
    const std::size_t number = model_of(program).add(std::move(intent));
    co_await post(program, number);
  }
}

}  // namespace

Task<void> be_client(Program& program, const Season& season) {
  Surroundings& world = program.line.world;
  std::int64_t rush = 0;
  for (;;) {
    const std::int64_t longest = rush > 0 ? 1500 : 2 * season.client_gap.count();
    const Milliseconds gap{world.random.between(0, longest)};
    co_await world.scheduler.pause(program.line.id, gap);
    if (season.resting) rush = 0;
    if (season.idle_clients) continue;
    if (season.resting || world.random.one_in(3)) {
      const bool retried = co_await retry(program);
      if (retried || season.resting) continue;
    }
    if (rush > 0) {
      --rush;
    } else if (world.random.one_in(6)) {
      // Many at the cut-off, while generators close and managers look.
      const Day day = program.calendar.day_of(program.line.clock.now());
      const Milliseconds early{world.random.between(0, 1000)};
      co_await program.line.clock.sleep_until(program.calendar.cut_off_of(day) - early);
      rush = world.random.between(3, 8);
    }
    co_await act(program);
  }
}

}  // namespace invoicing::simulation
