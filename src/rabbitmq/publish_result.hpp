#pragma once

#include "domain/result.hpp"
#include "rabbitmq/session.hpp"

namespace invoicing::rabbitmq {

/// queue_unavailable with the broker's words, unless confirmed.
inline Result<void> as_result(const PublishOutcome& outcome) {
  if (outcome.confirmation == Confirmation::confirmed) return {};
  return Error(ErrorCode::queue_unavailable, outcome.reason);
}

}  // namespace invoicing::rabbitmq
