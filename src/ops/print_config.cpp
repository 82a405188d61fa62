#include "ops/print_config.hpp"

#include <algorithm>
#include <array>

namespace invoicing::ops {
namespace {

constexpr std::string_view kHidden = "***";

constexpr std::array<std::string_view, 12> kHarmlessParameters{"tls",           "ssl",
                                                               "replicaSet",    "authSource",
                                                               "authMechanism", "w",
                                                               "journal",       "readPreference",
                                                               "retryWrites",   "directConnection",
                                                               "heartbeat",     "connectTimeoutMS"};

std::string shown_parameters(std::string_view query) {
  std::string shown;
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const auto name = parameter.substr(0, parameter.find('='));
    const bool harmless = std::ranges::find(kHarmlessParameters, name) != kHarmlessParameters.end();
    shown += shown.empty() ? "?" : "&";
    shown += harmless ? std::string(parameter) : std::string(kHidden);
  }
  return shown;
}

std::string toml_text(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 15U]};
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_value(const Effective& effective) {
  switch (effective.option->kind) {
    case OptionKind::boolean:
      return effective.texts.front() == "true" || effective.texts.front() == "1" ? "true" : "false";
    case OptionKind::number:
    case OptionKind::seconds:
      return std::to_string(std::stoul(effective.texts.front()));
    case OptionKind::list: {
      std::string list;
      for (const auto& text : effective.texts) list += (list.empty() ? "" : ", ") + toml_text(text);
      return "[" + list + "]";
    }
    default:
      return toml_text(effective.texts.front());
  }
}

std::string shown(const Effective& effective) {
  const auto key = effective.option->file_key();
  const auto& text = effective.texts.empty() ? std::string() : effective.texts.front();
  if (!effective.option->secret || text.empty()) return key + " = " + toml_value(effective);
  const bool uri = effective.option->name.ends_with("_URI");
  return "# " + key + " = " + toml_text(uri ? without_secrets(text) : std::string(kHidden));
}

std::string origin(const std::string& place) {
  return place.starts_with("--") ? "flag " + place : place;
}

}  // namespace

std::string without_secrets(std::string_view uri) {
  const auto scheme_end = uri.find("://");
  if (scheme_end == std::string_view::npos) return std::string(kHidden);
  std::string shown(uri.substr(0, scheme_end + 3));
  auto rest = uri.substr(scheme_end + 3);
  // The last '@' of the whole: a password that lacks its percent forms stays hidden. Behind a '?'
  // it cannot be told from a part of a parameter.
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto user = rest.substr(0, at);
    if (user.find('?') != std::string_view::npos) return shown + std::string(kHidden);
    const auto colon = user.find(':');
    shown += std::string(user.substr(0, colon));
    if (colon != std::string_view::npos) shown += ":" + std::string(kHidden);
    shown += '@';
    rest.remove_prefix(at + 1);
  }
  const auto query = rest.find('?');
  shown += std::string(rest.substr(0, query));
  if (query != std::string_view::npos) shown += shown_parameters(rest.substr(query + 1));
  return shown;
}

std::string print_config(const std::vector<Effective>& effective) {
  constexpr std::size_t kOriginColumn = 44;
  std::string text;
  for (const auto& value : effective) {
    auto line = shown(value);
    line.resize(std::max(line.size() + 2, kOriginColumn), ' ');
    text += line + "# " + origin(value.place) + "\n";
  }
  return text;
}

}  // namespace invoicing::ops
