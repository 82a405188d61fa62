#pragma once
// GET /dead-letters, POST /dead-letters/{messageId}/requeue and …/drop.

#include <functional>

#include "app/dead_letters.hpp"
#include "app/record_activity.hpp"
#include "http/router.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// What the routes need; everything outlives the router.
struct DeadLetterDoors {
  DeadLetters& letters;
  std::function<void()> on_change;  ///< after a requeue or a drop; called on an I/O thread
  Authentication authentication;
  RecordActivity& activity;
};

void add_dead_letter_routes(http::Router& router, const DeadLetterDoors& doors);

}  // namespace invoicing::rest
