#pragma once
// Rules for the texts of an invoice. All texts are valid UTF-8.

#include <cstddef>
#include <string>
#include <string_view>

namespace invoicing::codec {

/// Number of characters (code points).
std::size_t count_characters(std::string_view text);

/// Holds a C0 control character or DEL.
bool has_control_character(std::string_view text);

/// Empty, or nothing but white space (the \s of ECMA-262, which api/openapi.yaml speaks).
bool is_blank(std::string_view text);

/// 1 or more visible ASCII characters, as an idempotency key has to be.
bool is_visible_ascii(std::string_view text);

/// A reference token of a JSON pointer (RFC 6901 section 3): ~ becomes ~0, / becomes ~1.
std::string escape_pointer_token(std::string_view token);

}  // namespace invoicing::codec
