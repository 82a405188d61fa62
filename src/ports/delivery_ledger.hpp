#pragma once
// The door to the ledger of deliveries: who has got which message. It is what keeps a second mail
// from a recipient who is known to have the first.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"

namespace invoicing {

enum class DeliveryState {
  waiting,  ///< not tried yet, or to be tried again
  sent,     ///< the SMTP server has taken it
  refused,  ///< the SMTP server has refused it for good, or put it off until it was given up
  dropped,  ///< refused, and an operator wants no other try: settled as if it were sent
};

struct Delivery {
  std::string message_id;
  std::string recipient;
  DeliveryState state = DeliveryState::waiting;
  std::int64_t attempts = 0;
  std::string last_error;
  std::optional<Instant> claimed_until;
  std::optional<Instant> settled_at;  ///< when the last try ended, however it did
};

/// Thread-safe. Errors of all calls: storage_unavailable, storage_full, outcome_unknown.
class DeliveryLedger {
 public:
  virtual ~DeliveryLedger() = default;

  /// Takes (message, recipient) until `until`, which must outlast the whole SMTP dialogue, and
  /// counts the attempt. The answer is the entry as it stands: the caller holds it if and only if
  /// `claimed` is true; otherwise it is settled, or another sender is at it until claimed_until
  /// (is_held).
  struct Claim {
    bool claimed = false;
    Delivery delivery;
  };
  virtual Task<Result<Claim>> claim(const std::string& message_id, const std::string& recipient,
                                    Instant now, Instant until) = 0;

  /// Ends the claim: sent, refused, or waiting (to be tried again), with the reason.
  virtual Task<Result<void>> settle(const std::string& message_id, const std::string& recipient,
                                    DeliveryState state, const std::string& reason,
                                    Instant now) = 0;

  /// Refused entries of this message wait again: an operator asked for another try.
  virtual Task<Result<void>> reopen_refused(const std::string& message_id) = 0;

  /// Refused entries of this message become dropped; reason and time stay.
  virtual Task<Result<void>> drop_refused(const std::string& message_id) = 0;

  /// Refused entries of all messages, the longest settled first, at most `limit`.
  virtual Task<Result<std::vector<Delivery>>> refused(std::size_t limit) = 0;

  /// Every entry of this message, by recipient.
  virtual Task<Result<std::vector<Delivery>>> deliveries(const std::string& message_id) = 0;
};

}  // namespace invoicing
