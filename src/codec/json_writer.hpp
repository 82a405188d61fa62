#pragma once
// Writing JSON by appending. The caller sets the braces and commas; what a value looks like stands
// here, so that the same value is the same bytes everywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/instant.hpp"

namespace invoicing::codec {

/// Appends `text` (valid UTF-8) as a JSON string, escaped as RFC 8259 section 7 demands and no
/// further: \" \\ \b \f \n \r \t, \u00XX for the other control characters, the rest as it is.
void append_json_string(std::string& out, std::string_view text);

void append_json_integer(std::string& out, std::int64_t value);
/// The instant in quotes.
void append_json_instant(std::string& out, Instant instant);
/// The day in quotes.
void append_json_day(std::string& out, Day day);
/// The day in quotes, null without one.
void append_json_optional_day(std::string& out, const std::optional<Day>& day);
/// The instant in quotes, null without one.
void append_json_optional_instant(std::string& out, const std::optional<Instant>& instant);
/// The text as a string, null where it is empty.
void append_json_string_or_null(std::string& out, std::string_view text);
/// The text as a string, null without one.
void append_json_optional_string(std::string& out, const std::optional<std::string>& text);

}  // namespace invoicing::codec
