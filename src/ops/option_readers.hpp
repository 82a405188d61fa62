#pragma once
// From the text of an option to its value. Every reader throws BadValue with what is wrong and how
// to write it; a reader of a secret never shows the text.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "ops/address.hpp"
#include "ops/settings.hpp"

namespace invoicing::ops::read {

Address address(const std::string& text);
/// As `address`, but empty is allowed and gives an empty host.
Address optional_address(const std::string& text);
/// Digits only, from `min` to `max`.
unsigned number(const std::string& text, unsigned min, unsigned max);
/// true, false, 1, 0 and nothing else.
bool boolean(const std::string& text);

std::filesystem::path path(const std::string& text);
/// As `path`, but empty is allowed.
std::filesystem::path optional_path(const std::string& text);
/// Empty, or a file that can be read now.
std::filesystem::path readable_file(const std::string& text);
/// Empty, or a folder that exists now.
std::filesystem::path existing_folder(const std::string& text);

std::string zone_name(const std::string& text);
std::string time_of_day(const std::string& text);
std::string currency_code(const std::string& text);
std::string queue_name(const std::string& text);
std::string mail_address(const std::string& text);
std::string proxy(const std::string& text);
/// Empty, or http:// or https:// with a host and without user, query and fragment; slashes at the
/// end are removed.
std::string web_url(const std::string& text);

/// Free of control characters, or empty.
std::string one_line(const std::string& text);
/// Empty, a path, or https:// with a host and without user and fragment.
std::string path_or_https_url(const std::string& text);

/// A secret: one line without control characters, or empty.
std::string secret_text(const std::string& text);
/// A secret: empty, or one of `schemes` followed by "://" and a host.
std::string secret_uri(const std::string& text, std::span<const std::string_view> schemes);

/// The checked text of a choice, one of `choices` ("auto|keys|jwt|both|off").
std::string choice(const std::string& text, std::string_view choices);
AuthMode auth_mode(const std::string& text);
QueueType queue_type(const std::string& text);
LogLevel log_level(const std::string& text);
LogFormat log_format(const std::string& text);

}  // namespace invoicing::ops::read
