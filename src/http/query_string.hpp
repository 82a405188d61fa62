#pragma once
// Percent-decoding, strict: what is malformed is an error, never passed on as it stood.

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace invoicing::http {

struct QueryParameter {
  std::string name;
  std::string value;
};

/// `a=1&b=%20x` as pairs in the order sent, duplicates included: whether those are allowed is for
/// the caller to say. '+' is a blank. A name without '=' has an empty value; empty pieces ("&&")
/// are skipped. Error invalid_parameter, with the parameter's name in the fault: '%' without two
/// hex digits, an encoded NUL, an empty name, more than kQueryParametersMax pairs. The bytes are
/// not checked to be UTF-8.
Result<std::vector<QueryParameter>> parse_query(std::string_view query);

inline constexpr std::size_t kQueryParametersMax = 100;

/// `text` with everything but RFC 3986 unreserved characters percent-encoded, for links.
std::string percent_encode(std::string_view text);

}  // namespace invoicing::http
