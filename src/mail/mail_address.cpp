#include "mail/mail_address.hpp"

#include <algorithm>

#include "mail/display_text.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kMaxLocalBytes = 64;
constexpr std::size_t kMaxDomainBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;
constexpr std::size_t kMaxDisplayNameBytes = 200;

Error fault(std::string_view text, std::string_view what) {
  return Error(ErrorCode::validation_failed,
               "Mail address \"" + shown(text, 80) + "\": " + std::string(what) + ".");
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 5322 section 3.2.3: the characters of an atom.
bool is_atom_char(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Why this is no local part; empty if it is one.
std::string_view local_part_fault(std::string_view local) {
  if (local.empty()) return "nothing stands before the @";
  if (local.size() > kMaxLocalBytes) return "the part before the @ is longer than 64 characters";
  if (local.front() == '"') return "a quoted part before the @ is not supported";
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
    return "a dot may only stand between other characters";
  if (!std::all_of(local.begin(), local.end(), [](char c) { return c == '.' || is_atom_char(c); }))
    return "the part before the @ holds a character that mail servers do not agree on";
  return {};
}

std::string_view label_fault(std::string_view label) {
  if (label.empty()) return "the domain has an empty part";
  if (label.size() > kMaxLabelBytes) return "a part of the domain is longer than 63 characters";
  if (label.front() == '-' || label.back() == '-')
    return "a part of the domain starts or ends with a hyphen";
  if (!std::all_of(label.begin(), label.end(),
                   [](char c) { return c == '-' || is_alphanumeric(c); }))
    return "the domain may hold letters, digits, hyphens and dots only";
  return {};
}

std::string_view domain_fault(std::string_view domain) {
  if (domain.empty()) return "nothing stands behind the @";
  if (domain.front() == '[') return "an address in brackets is not supported, give a host name";
  if (domain.size() > kMaxDomainBytes) return "the domain is longer than 253 characters";
  while (true) {
    const auto dot = domain.find('.');
    if (const auto what = label_fault(domain.substr(0, dot)); !what.empty()) return what;
    if (dot == std::string_view::npos) return {};
    domain.remove_prefix(dot + 1);
  }
}

std::string_view address_fault(std::string_view address) {
  if (!is_ascii(address))
    return "characters outside ASCII are not supported; write an international domain in its "
           "xn-- form";
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return "there is no @";
  if (const auto what = local_part_fault(address.substr(0, at)); !what.empty()) return what;
  return domain_fault(address.substr(at + 1));
}

/// Takes the quotes off a display name, if it has some.
std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"' || name.back() != '"') return std::string(name);
  std::string out;
  name = name.substr(1, name.size() - 2);
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) ++i;
    out += name[i];
  }
  return out;
}

}  // namespace

std::string_view MailAddress::domain() const {
  return std::string_view(address).substr(address.rfind('@') + 1);
}

Result<MailAddress> parse_mail_address(std::string_view text) {
  if (has_control(text)) return fault(text, "control characters and line ends are not allowed");
  const auto whole = trimmed(text);
  if (whole.empty()) return fault(text, "it is empty; write name@domain");
  MailAddress result;
  std::string_view address = whole;
  if (whole.back() == '>') {
    const auto open = whole.rfind('<');
    if (open == std::string_view::npos) return fault(text, "the < is missing");
    address = whole.substr(open + 1, whole.size() - open - 2);
    result.display_name = unquoted(trimmed(whole.substr(0, open)));
  }
  if (result.display_name.size() > kMaxDisplayNameBytes)
    return fault(text, "the name before the < is longer than 200 bytes");
  if (!is_valid_utf8(result.display_name)) return fault(text, "the name is not UTF-8");
  if (const auto what = address_fault(address); !what.empty()) return fault(text, what);
  result.address = address;
  return result;
}

}  // namespace invoicing::mail
