#include <algorithm>

#include "tests/simulation/world.hpp"

namespace invoicing::simulation {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

}  // namespace

void World::direct() {
  if (long_sleep_ && random_.one_in(6)) {
    // Nobody closes for longer than any generator will catch up with by itself.
    long_sleep_ = false;
    const Milliseconds asleep = days{random_.between(36, 45)};
    season_ends_ += asleep;
    for (Slot& slot : slots_) {
      if (slot.generator) stop(slot, asleep);
    }
    return;
  }
  switch (random_.between(0, 9)) {
    case 0:
    case 1:
    case 2:
      faults_.change();
      trace_.note("weather", [this] { return faults_.weather().name; });
      break;
    case 3:
    case 4:
      crash_somebody();
      break;
    case 5:
      set_clock();
      break;
    case 6:
      reconfigure();
      break;
    default:
      stumble_queue();
      break;
  }
}

Milliseconds World::draw_downtime() {
  const auto up_to = [this](Milliseconds longest) {
    return Milliseconds{random_.between(10, longest.count())};
  };
  switch (random_.between(0, 9)) {
    case 0:
      return up_to(days{4});
    case 1:
    case 2:
      return up_to(hours{12});
    case 3:
    case 4:
      return up_to(minutes{10});
    default:
      return up_to(std::chrono::seconds{5});
  }
}

void World::set_clock() {
  if (!random_.one_in(3)) return;
  static const std::vector<Milliseconds> kReaches{Milliseconds{2}, std::chrono::seconds{90},
                                                  hours{1}, hours{30}, days{3}};
  const std::int64_t reach = random_.pick(kReaches).count();
  const Milliseconds by{random_.between(-reach, reach)};
  scheduler_.jump(by);
  if (by > Milliseconds{0}) mail_.clock_set_forward();
  trace_.note("clock", [&] { return "set by " + std::to_string(by.count()) + " ms"; });
}

void World::reconfigure() {
  if (random_.one_in(2)) draw_configuration();
  // One after the other, so that old and new run side by side for a while.
  for (Slot& slot : slots_) {
    if (slot.program && random_.one_in(2)) stop(slot, Milliseconds{random_.between(0, 20'000)});
  }
}

void World::stumble_queue() {
  switch (random_.between(0, 5)) {
    case 0: {
      const auto back = static_cast<std::size_t>(random_.between(0, 1000));
      const std::int64_t late = random_.one_in(2) ? 0 : Milliseconds{hours{30}}.count();
      if (durable_.queue.duplicate(back, Milliseconds{random_.between(0, late)})) {
        trace_.note("queue", [] { return "holds a message twice"; });
      }
      break;
    }
    case 1:
      for (Slot& slot : slots_) {
        if (slot.program && slot.program->queue.holds_something()) {
          trace_.note("queue", [&] { return "loses the connection of " + slot.name; });
          slot.program->queue.lose_connection();
        }
      }
      break;
    case 2: {
      const std::string id = "poison " + std::to_string(++poisons_);
      mail_.poisoned(id);
      const ReportMessage message{id, random_.one_in(2) ? "{\"pattern\":" : "[]"};
      // Done before it returns, as every call of an adapter in memory.
      auto put = [](memory::MemoryReportQueue& queue, ReportMessage poison) -> Task<void> {
        const auto taken = co_await queue.publish(poison);
        static_cast<void>(taken);
      };
      scheduler_.spawn(put(durable_.queue, message));
      break;
    }
    default:
      break;
  }
  scheduler_.ring();
}

}  // namespace invoicing::simulation
