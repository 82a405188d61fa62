#pragma once
// POST, GET and DELETE /session: log in with an API key, who am I, log out.

#include "app/log_in.hpp"
#include "http/router.hpp"
#include "ports/clock.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// What the routes need; everything outlives the router.
struct SessionDoors {
  LogIn* log_in;  ///< null where nobody can log in, because no keys are asked for
  const Clock& clock;
  Authentication authentication;
};

void add_session_routes(http::Router& router, const SessionDoors& doors);

}  // namespace invoicing::rest
