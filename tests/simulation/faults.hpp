#pragma once
// What goes wrong: the weather of a simulated world, drawn from its seed. It changes while the
// world runs, so that an outage meets work that began in calm.

#include <cstdint>
#include <string>

#include "domain/error.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/scheduler.hpp"

namespace invoicing::simulation {

/// Rates are per thousand calls.
struct Weather {
  std::string name = "calm";
  int store = 0;         ///< the store fails a call
  int queue = 0;         ///< the queue fails a call
  int mail_later = 0;    ///< the mail server says not now, or cannot be reached
  int mail_lost = 0;     ///< its answer is lost after the whole content
  int mail_refused = 0;  ///< it refuses for good
  int slow = 0;          ///< a call takes seconds instead of milliseconds
  int crash = 0;         ///< per 100,000 steps: some process dies between two of its steps
};

/// What happens to one call, and what its caller is told.
enum class Fault {
  none,
  not_done,          ///< nothing was done, and the caller knows
  unknown_not_done,  ///< nothing was done, the caller does not know
  unknown_done,      ///< it was done, the answer is lost
};

enum class MailFault { none, later, refused, lost_taken, lost_not_taken };

/// Not thread-safe.
class Faults {
 public:
  explicit Faults(Random& random) : random_(random) {}

  const Weather& weather() const { return weather_; }
  void calm() { weather_ = Weather(); }
  void change();

  Fault of_store(bool writes);
  Fault of_queue();
  MailFault of_mail();
  /// storage_unavailable or storage_full: the store has done nothing.
  Error store_error();
  /// How long a call takes on one way: usually no time, up to 5 s when slow.
  Milliseconds latency();
  /// The same for the queue, which may keep a caller waiting for longer than a lease lasts.
  Milliseconds queue_latency();
  /// Half an SMTP dialogue: up to a minute.
  Milliseconds mail_latency();
  bool crashes_now();

 private:
  Random& random_;
  Weather weather_;
};

}  // namespace invoicing::simulation
