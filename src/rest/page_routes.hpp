#pragma once
// The page for people, at `/`: files that were compressed when the program was built.

#include <span>

#include "http/router.hpp"
#include "rest/page_assets.hpp"

namespace invoicing::rest {

/// A GET route for each of `assets`, which live as long as the router. An answer carries a strict
/// Content-Security-Policy, the coding that Accept-Encoding likes most, and an ETag of its own per
/// coding; what is immutable may be kept for a year, everything else is asked for again each time.
void add_page_routes(http::Router& router, std::span<const PageAsset> assets);

}  // namespace invoicing::rest
