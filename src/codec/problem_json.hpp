#pragma once
// Errors as RFC 9457 problem details.

#include <span>
#include <string>
#include <string_view>

#include "domain/error.hpp"

namespace invoicing::codec {

struct Problem {
  std::string_view code;  ///< the slug; `type` is /errors# and this
  int status = 500;
  std::string_view title;   ///< the same for all problems of a code
  std::string_view detail;  ///< left out when empty
  std::span<const Fault> faults;
};

/// {"type","title","status","detail","code","errors":[…]}; `errors` only where there are faults.
std::string write_problem(const Problem& problem);

/// Appends `[{"pointer"|"parameter","code","detail"}, …]`: a fault whose place is empty or starts
/// with a slash has a JSON pointer, any other is a parameter or header.
void append_faults(std::string& out, std::span<const Fault> faults);

}  // namespace invoicing::codec
