#pragma once

#include <string_view>

namespace invoicing::codec {

/// Well-formed UTF-8 (RFC 3629): what query parameters have to be before they meet stored texts.
bool is_utf8(std::string_view text);

}  // namespace invoicing::codec
