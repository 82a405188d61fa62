#pragma once
// GET /activity: who did what, newest first.

#include "http/router.hpp"
#include "ports/activity_log.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// `log` outlives the router.
void add_activity_routes(http::Router& router, ActivityLog& log,
                         const Authentication& authentication);

}  // namespace invoicing::rest
