#include "rest/negotiation.hpp"

#include <algorithm>
#include <cstdlib>

#include "http/tokens.hpp"

namespace invoicing::rest {

namespace {

// The next piece of a list, cut off from `rest`. Quoted commas do not occur in what we read here.
std::string_view next_piece(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return http::without_blanks(piece);
}

std::string_view without_parameters(std::string_view type) {
  return http::without_blanks(type.substr(0, type.find(';')));
}

// Quality in thousandths (RFC 9110 section 12.4.2); what is no number counts as 1, as browsers do.
int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = next_piece(parameters, ';');
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q')) continue;
    if (parameter[1] != '=') continue;
    const std::string number(parameter.substr(2));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    const bool is_number = end == number.c_str() + number.size() && value >= 0 && value <= 1;
    return is_number ? static_cast<int>(value * 1000) : 1000;
  }
  return 1000;
}

// How exactly `range` names `type`: 0 not at all, 1 */*, 2 type/*, 3 type/subtype.
int precision_of(std::string_view range, std::string_view type) {
  if (range == "*/*") return 1;
  const auto slash = type.find('/');
  if (range.size() == slash + 2 && range.ends_with("/*") &&
      http::iequals(range.substr(0, slash), type.substr(0, slash))) {
    return 2;
  }
  return http::iequals(range, type) ? 3 : 0;
}

int quality_for(std::string_view accept, std::string_view type) {
  int best_precision = 0;
  int quality = 0;
  while (!accept.empty()) {
    const std::string_view entry = next_piece(accept, ',');
    const int precision = precision_of(without_parameters(entry), type);
    if (precision <= best_precision) continue;
    best_precision = precision;
    const auto semicolon = entry.find(';');
    quality = semicolon == std::string_view::npos ? 1000 : quality_of(entry.substr(semicolon + 1));
  }
  return quality;
}

}  // namespace

Result<std::string_view> choose_type(const http::Request& request,
                                     std::initializer_list<std::string_view> offered) {
  std::string accept;
  for (const std::string_view value : request.header_values("Accept")) {
    if (!accept.empty()) accept += ',';
    accept += value;
  }
  if (http::without_blanks(accept).empty()) return *offered.begin();
  std::string_view best;
  int best_quality = 0;
  for (const std::string_view type : offered) {
    const int quality = quality_for(accept, without_parameters(type));
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  if (!best.empty()) return best;
  std::string there;
  for (const std::string_view type : offered) {
    if (!there.empty()) there += ", ";
    there += without_parameters(type);
  }
  return Error(ErrorCode::not_acceptable,
               "this path answers with " + there + "; ask for it in Accept, or leave Accept out");
}

Result<void> require_content_type(const http::Request& request, std::string_view expected) {
  const std::string_view value = request.header("Content-Type").value_or("");
  bool fits = http::iequals(without_parameters(value), expected);
  const auto semicolon = value.find(';');
  std::string_view parameters =
      semicolon == std::string_view::npos ? std::string_view() : value.substr(semicolon + 1);
  while (!parameters.empty()) {
    const std::string_view parameter = next_piece(parameters, ';');
    const auto equals = parameter.find('=');
    if (!http::iequals(parameter.substr(0, equals), "charset")) continue;
    std::string_view charset = parameter.substr(std::min(equals, parameter.size() - 1) + 1);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    fits = fits && http::iequals(charset, "utf-8");
  }
  if (fits) return {};
  return Error(ErrorCode::unsupported_media_type,
               "send the body as Content-Type: " + std::string(expected) +
                   (value.empty() ? "; there was none" : "; it was something else"));
}

bool accepts_coding(const http::Request& request, std::string_view coding) {
  bool by_star = false;
  for (std::string_view value : request.header_values("Accept-Encoding")) {
    while (!value.empty()) {
      const std::string_view entry = next_piece(value, ',');
      const std::string_view name = without_parameters(entry);
      const auto semicolon = entry.find(';');
      const bool wanted =
          semicolon == std::string_view::npos || quality_of(entry.substr(semicolon + 1)) > 0;
      if (http::iequals(name, coding)) return wanted;
      if (name == "*") by_star = wanted;
    }
  }
  return by_star;
}

bool matches_etag(const http::Request& request, std::string_view etag) {
  for (std::string_view value : request.header_values("If-None-Match")) {
    while (!value.empty()) {
      std::string_view tag = next_piece(value, ',');
      if (tag == "*") return true;
      if (tag.starts_with("W/")) tag.remove_prefix(2);
      if (tag == etag) return true;
    }
  }
  return false;
}

http::Response not_modified(std::string etag) {
  http::Response response{.status = 304};
  response.add_header("ETag", std::move(etag));
  return response;
}

}  // namespace invoicing::rest
