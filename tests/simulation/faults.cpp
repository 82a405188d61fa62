#include "tests/simulation/faults.hpp"

namespace invoicing::simulation {

namespace {

int up_to(Random& random, int permille) {
  return static_cast<int>(random.between(0, permille));
}

}  // namespace

void Faults::change() {
  switch (random_.between(0, 7)) {
    case 0:
    case 1:
      weather_ = Weather();
      break;
    case 2:
      weather_ = {"rain", 20, 20, 50, 20, 5, 20, 20};
      break;
    case 3:
      weather_ = {"storm",
                  up_to(random_, 250),
                  up_to(random_, 250),
                  up_to(random_, 400),
                  up_to(random_, 200),
                  up_to(random_, 60),
                  up_to(random_, 300),
                  up_to(random_, 400)};
      break;
    case 4:
      weather_ = Weather();
      weather_.name = "store down";
      weather_.store = 1000;
      break;
    case 5:
      weather_ = Weather();
      weather_.name = "mail and queue down";
      weather_.queue = 900;
      weather_.mail_later = 700;
      weather_.mail_lost = 200;
      break;
    case 6:
      // Several senders at the same mails, each unsure of what it has written.
      weather_ = {"fog", 150, 400, 400, 0, 0, 500, 0};
      break;
    default:
      weather_ = Weather();
      weather_.name = "crashes";
      weather_.slow = 200;
      weather_.crash = 1500;
      break;
  }
}

Fault Faults::of_store(bool writes) {
  if (!random_.permille(weather_.store)) return Fault::none;
  if (!writes) return Fault::not_done;
  switch (random_.between(0, 2)) {
    case 0:
      return Fault::not_done;
    case 1:
      return Fault::unknown_not_done;
    default:
      return Fault::unknown_done;
  }
}

Fault Faults::of_queue() {
  if (!random_.permille(weather_.queue)) return Fault::none;
  return random_.one_in(2) ? Fault::not_done : Fault::unknown_done;
}

MailFault Faults::of_mail() {
  const std::int64_t drawn = random_.between(0, 999);
  std::int64_t limit = weather_.mail_later;
  if (drawn < limit) return MailFault::later;
  limit += weather_.mail_lost;
  if (drawn < limit) return random_.one_in(2) ? MailFault::lost_taken : MailFault::lost_not_taken;
  limit += weather_.mail_refused;
  if (drawn < limit) return MailFault::refused;
  return MailFault::none;
}

Error Faults::store_error() {
  return random_.one_in(4) ? Error(ErrorCode::storage_full, "the simulated disk is full")
                           : Error(ErrorCode::storage_unavailable, "the simulated store is down");
}

Milliseconds Faults::latency() {
  if (random_.permille(weather_.slow)) return Milliseconds{random_.between(0, 5000)};
  return Milliseconds{random_.one_in(8) ? random_.between(0, 20) : 0};
}

Milliseconds Faults::queue_latency() {
  if (random_.permille(weather_.slow / 2)) return Milliseconds{random_.between(0, 90'000)};
  return latency();
}

Milliseconds Faults::mail_latency() {
  if (random_.permille(weather_.slow)) return Milliseconds{random_.between(0, 60'000)};
  return Milliseconds{random_.between(0, 2000)};
}

bool Faults::crashes_now() {
  return weather_.crash > 0 && random_.between(0, 99'999) < weather_.crash;
}

}  // namespace invoicing::simulation
