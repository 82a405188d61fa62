#pragma once
// base64url without padding (RFC 4648 section 5).

#include <optional>
#include <string>
#include <string_view>

namespace invoicing::codec {

std::string to_base64url(std::string_view bytes);

/// Nothing unless `text` is what to_base64url gives for some bytes: no padding, no other
/// characters, no stray bits at the end.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace invoicing::codec
