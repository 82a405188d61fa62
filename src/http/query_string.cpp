#include "http/query_string.hpp"

#include <optional>
#include <utility>

namespace invoicing::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(plus_is_blank && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    // A NUL would end the text early in whatever C library sees it.
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

Error bad_encoding(std::string pointer) {
  std::vector<Fault> faults;
  faults.push_back(Fault{std::move(pointer), "bad_percent_encoding",
                         "Write '%' as %25; every other '%' needs two hex digits, not 00."});
  return Error(ErrorCode::invalid_parameter, "The request target is not percent-encoded correctly.",
               std::move(faults));
}

}  // namespace

Result<std::vector<QueryParameter>> parse_query(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    if (parameters.size() == kQueryParametersMax) {
      return Error(ErrorCode::invalid_parameter,
                   "Send at most " + std::to_string(kQueryParametersMax) + " query parameters.");
    }
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    if (!name) return bad_encoding(std::string(pair.substr(0, equals)));
    if (name->empty()) {
      return Error(ErrorCode::invalid_parameter, "A query parameter has a value but no name.");
    }
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::in_place)
                                                  : decode(pair.substr(equals + 1), true);
    if (!value) return bad_encoding(std::move(*name));
    parameters.push_back(QueryParameter{std::move(*name), std::move(*value)});
  }
  return parameters;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

}  // namespace invoicing::http
