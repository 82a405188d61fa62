#include "ops/option_readers.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "ops/bad_start.hpp"
#include "ops/in_quotes.hpp"

namespace invoicing::ops::read {
namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

[[noreturn]] void refuse(std::string_view text, std::string_view what_and_cure) {
  throw BadValue(in_quotes(text) + " " + std::string(what_and_cure));
}

}  // namespace

Address address(const std::string& text) {
  auto parsed = parse_address(text);
  if (!parsed) throw BadValue(parsed.error().detail());
  return *std::move(parsed);
}

Address optional_address(const std::string& text) {
  return text.empty() ? Address{} : address(text);
}

unsigned number(const std::string& text, unsigned min, unsigned max) {
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  if (text.empty() || failure != std::errc{} || stopped != end || value < min || value > max) {
    refuse(text, "is no whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return value;
}

bool boolean(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  refuse(text, "is neither true nor false; write true, false, 1 or 0");
}

std::filesystem::path path(const std::string& text) {
  if (text.empty()) throw BadValue("is empty; name a path");
  if (text.find('\0') != std::string::npos) refuse(text, "holds a NUL; name a path");
  return text;
}

std::filesystem::path optional_path(const std::string& text) {
  return text.empty() ? std::filesystem::path() : path(text);
}

std::filesystem::path readable_file(const std::string& text) {
  if (text.empty()) return {};
  auto file = path(text);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored) || !std::ifstream(file)) {
    refuse(text, "cannot be read; name a file that this user may read");
  }
  return file;
}

std::filesystem::path existing_folder(const std::string& text) {
  if (text.empty()) return {};
  auto folder = path(text);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    refuse(text, "is no folder; name a folder that exists");
  }
  return folder;
}

std::string zone_name(const std::string& text) {
  const bool fits = !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  if (!fits) refuse(text, "is no time zone; write an IANA name such as UTC or Europe/Berlin");
  return text;
}

std::string time_of_day(const std::string& text) {
  const bool shaped = text.size() == 5 && is_digit(text[0]) && is_digit(text[1]) &&
                      text[2] == ':' && is_digit(text[3]) && is_digit(text[4]);
  if (!shaped || text.substr(0, 2) > "23" || text[3] > '5') {
    refuse(text, "is no time of day; write HH:MM from 00:00 to 23:59");
  }
  return text;
}

std::string currency_code(const std::string& text) {
  const bool fits =
      text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!fits) refuse(text, "is no currency; write three capital letters such as USD");
  return text;
}

std::string queue_name(const std::string& text) {
  if (text.empty() || text.size() > 255 || std::ranges::any_of(text, is_control)) {
    refuse(text, "is no queue name; write 1 to 255 bytes without control characters");
  }
  return text;
}

std::string mail_address(const std::string& text) {
  const auto at = text.rfind('@');
  const bool shaped = at != std::string::npos && at > 0 && at + 1 < text.size() &&
                      text.find('@') == at && text.size() <= 254;
  const bool plain = std::ranges::none_of(text, [](char c) {
    return is_control(c) || c == ' ' || c == '<' || c == '>' || c == ',' || c == ';' || c == '"';
  });
  if (!shaped || !plain) {
    refuse(text, "is no mail address; write it bare, such as sales@example.com");
  }
  return text;
}

std::string proxy(const std::string& text) {
  if (!is_ip_or_network(text)) {
    refuse(text, "is no IP address or network; write it as 10.0.0.1 or 10.0.0.0/8");
  }
  return text;
}

std::string web_url(const std::string& text) {
  if (text.empty()) return {};
  constexpr const char* kCure =
      "is not usable; write http:// or https://, a host and perhaps a port and a path";
  const auto scheme_end = text.find("://");
  const auto scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string::npos || (scheme != "http" && scheme != "https"))
    throw BadValue(kCure);
  auto rest = text.substr(scheme_end + 3);
  while (rest.ends_with('/')) rest.pop_back();
  const bool plain = std::ranges::none_of(rest, [](char c) {
    return is_control(c) || c == ' ' || c == '@' || c == '?' || c == '#' || c == '"' || c == '<' ||
           c == '>' || c == '\\';
  });
  if (rest.empty() || rest.front() == '/' || rest.front() == ':' || !plain) throw BadValue(kCure);
  return scheme + "://" + rest;
}

std::string one_line(const std::string& text) {
  if (std::ranges::any_of(text, is_control)) {
    throw BadValue("holds a line break or another control character; write one plain line");
  }
  return text;
}

std::string path_or_https_url(const std::string& text) {
  constexpr std::string_view kScheme = "https://";
  if (text.find("://") == std::string::npos) return optional_path(text).string();
  const bool plain = std::ranges::none_of(
      text, [](char c) { return is_control(c) || c == ' ' || c == '@' || c == '#' || c == '\\'; });
  const bool has_host =
      text.size() > kScheme.size() &&
      std::string_view(":/?").find(text[kScheme.size()]) == std::string_view::npos;
  if (!text.starts_with(kScheme) || !plain || !has_host) {
    throw BadValue("is not usable; write https:// and a host, without a user, or name a file");
  }
  return text;
}

std::string secret_text(const std::string& text) {
  return one_line(text);
}

std::string secret_uri(const std::string& text, std::span<const std::string_view> schemes) {
  if (text.empty()) return {};
  std::string allowed;
  for (const auto scheme : schemes)
    allowed += (allowed.empty() ? "" : " or ") + std::string(scheme) + "://";
  for (const auto scheme : schemes) {
    const auto head = std::string(scheme) + "://";
    if (!text.starts_with(head)) continue;
    const auto after_user = text.rfind('@');
    const auto host = after_user == std::string::npos ? head.size() : after_user + 1;
    if (host >= text.size() ||
        std::string_view(":/?#").find(text[host]) != std::string_view::npos) {
      throw BadValue("names no host; write it as " + head + "host:port");
    }
    if (text.find(' ') != std::string::npos) {
      throw BadValue("holds a blank; write it in percent form, %20");
    }
    return secret_text(text);
  }
  throw BadValue("has another scheme; begin it with " + allowed);
}

std::string choice(const std::string& text, std::string_view choices) {
  std::string_view rest = choices;
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find('|'));
    if (word == text) return text;
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  std::string listed(choices);
  for (auto bar = listed.find('|'); bar != std::string::npos; bar = listed.find('|', bar)) {
    listed.replace(bar, 1, ", ");
  }
  refuse(text, "is not known here; write one of " + listed);
}

AuthMode auth_mode(const std::string& text) {
  if (text == "keys") return AuthMode::keys;
  if (text == "jwt") return AuthMode::jwt;
  if (text == "both") return AuthMode::both;
  return text == "off" ? AuthMode::off : AuthMode::automatic;
}

QueueType queue_type(const std::string& text) {
  return text == "quorum" ? QueueType::quorum : QueueType::classic;
}

LogLevel log_level(const std::string& text) {
  if (text == "trace") return LogLevel::trace;
  if (text == "debug") return LogLevel::debug;
  if (text == "warning") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  return LogLevel::info;
}

LogFormat log_format(const std::string& text) {
  if (text == "text") return LogFormat::text;
  if (text == "json") return LogFormat::json;
  return LogFormat::automatic;
}

}  // namespace invoicing::ops::read
