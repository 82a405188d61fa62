#include "http/request_target.hpp"

namespace invoicing::http {
namespace {

// What follows "http://authority"; the whole text if there is no such prefix.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!iequals(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t end = target.find_first_of("/?", scheme.size());
    return end == std::string_view::npos ? std::string_view("/") : target.substr(end);
  }
  return target;
}

}  // namespace

bool split_target(std::string_view target, Request& request) {
  request.target = target;
  request.query = {};
  request.path = target;
  if (target == "*") return request.method == Method::options;
  if (request.method_name == "CONNECT") return true;
  if (target.find('#') != std::string_view::npos) return false;
  const std::string_view local = without_authority(target);
  if (local.empty() || (local.front() != '/' && local.front() != '?')) return false;
  if (local.front() == '?' && local.data() == target.data()) return false;
  const std::size_t question = local.find('?');
  request.path = question == 0 ? std::string_view("/") : local.substr(0, question);
  if (question != std::string_view::npos) request.query = local.substr(question + 1);
  return true;
}

}  // namespace invoicing::http
