#pragma once
// "Did you mean ...?" for a mistyped option, key or command.

#include <string>
#include <string_view>
#include <vector>

namespace invoicing::ops {

/// "; did you mean KNOWN?" for the known word that differs from `word` by at most two letters
/// (added, removed or changed), else "; " and `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string_view otherwise);

}  // namespace invoicing::ops
