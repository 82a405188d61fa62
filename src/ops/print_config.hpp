#pragma once
// What --print-config shows.

#include <string>
#include <vector>

#include "ops/option_sources.hpp"

namespace invoicing::ops {

/// A configuration file (TOML) that holds what is in force, with the origin of each value behind
/// it. Secrets stand in comments, hidden, so that the text can be shown to anybody.
std::string print_config(const std::vector<Effective>& effective);

/// A URI without what could be secret: the password and the values of parameters that are not known
/// to be harmless become "***". A text that is no URI becomes "***" as a whole. A password with
/// unescaped '@', '/' or '?' is hidden too.
std::string without_secrets(std::string_view uri);

}  // namespace invoicing::ops
