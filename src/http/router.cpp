#include "http/router.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace invoicing::http {
namespace {

constexpr std::size_t kMethodCount = static_cast<std::size_t>(Method::other) + 1;

// The segment up to the next '/', which is taken away too.
std::string_view take_segment(std::string_view& rest) {
  const std::size_t end = rest.find('/');
  const std::string_view segment = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return segment;
}

unsigned bit(Method method) {
  return 1U << static_cast<unsigned>(method);
}

// OPTIONS is always there; HEAD comes with GET.
std::string allow_text(unsigned methods) {
  methods |= bit(Method::options);
  if ((methods & bit(Method::get)) != 0) methods |= bit(Method::head);
  std::string text;
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::del, Method::options}) {
    if ((methods & bit(method)) == 0) continue;
    if (!text.empty()) text += ", ";
    text += to_string(method);
  }
  return text;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
  std::string segment;
  std::string parameter_name;
  std::vector<std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::array<std::unique_ptr<Route>, kMethodCount> routes;
  unsigned methods = 0;
  std::string allow;  // empty: no route ends here

  const Route* route(Method method) const { return routes[static_cast<std::size_t>(method)].get(); }
};

Router::Router() : root_(std::make_unique<Node>()), allow_all_(allow_text(0)) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Router::Node* Router::node_for(const std::string& pattern) {
  std::string_view rest = pattern;
  if (rest.empty() || rest.front() != '/') {
    throw std::invalid_argument("a route's pattern starts with '/': " + pattern);
  }
  rest.remove_prefix(1);
  Node* node = root_.get();
  std::size_t parameters = 0;
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    if (is_parameter(segment)) {
      const std::string_view name = segment.substr(1, segment.size() - 2);
      if (++parameters > Request::kPathParametersMax) {
        throw std::invalid_argument("too many parameters: " + pattern);
      }
      if (!node->parameter) {
        node->parameter = std::make_unique<Node>();
        node->parameter->parameter_name = name;
      } else if (node->parameter->parameter_name != name) {
        throw std::invalid_argument("two names for one parameter: " + pattern);
      }
      node = node->parameter.get();
      continue;
    }
    if (segment.empty() || segment.find_first_of("{}") != std::string_view::npos) {
      throw std::invalid_argument("bad segment in the pattern: " + pattern);
    }
    auto& literals = node->literals;
    auto found = std::find_if(literals.begin(), literals.end(),
                              [&](const auto& child) { return child->segment == segment; });
    if (found == literals.end()) {
      found = literals.insert(literals.end(), std::make_unique<Node>());
      (*found)->segment = segment;
    }
    node = found->get();
  }
  return node;
}

void Router::add(Route route) {
  if (!route.handler) throw std::invalid_argument("route without handler: " + route.pattern);
  if (route.method == Method::other) {
    throw std::invalid_argument("route without a known method: " + route.pattern);
  }
  Node* const node = node_for(route.pattern);
  auto& slot = node->routes[static_cast<std::size_t>(route.method)];
  if (slot) throw std::invalid_argument("two routes for one method and path: " + route.pattern);
  node->methods |= bit(route.method);
  node->allow = allow_text(node->methods);
  methods_ |= bit(route.method);
  allow_all_ = allow_text(methods_);
  slot = std::make_unique<Route>(std::move(route));
}

const Router::Node* Router::find(const Node& node, std::string_view rest, Request& request) const {
  if (rest.empty()) return node.allow.empty() ? nullptr : &node;
  const std::string_view segment = take_segment(rest);
  for (const auto& child : node.literals) {
    if (child->segment != segment) continue;
    if (const Node* found = find(*child, rest, request)) return found;
    break;
  }
  if (!node.parameter || segment.empty()) return nullptr;
  const std::size_t depth = request.path_parameter_count;
  request.path_parameters[depth] = PathParameter{node.parameter->parameter_name, segment};
  request.path_parameter_count = depth + 1;
  if (const Node* found = find(*node.parameter, rest, request)) return found;
  request.path_parameter_count = depth;
  return nullptr;
}

Router::Match Router::match(Request& request) const {
  request.path_parameter_count = 0;
  if (request.path.empty() || request.path.front() != '/') return {};
  const Node* node = find(*root_, request.path.substr(1), request);
  if (node == nullptr) return {};
  const Route* route = node->route(request.method);
  if (route == nullptr && request.method == Method::head) route = node->route(Method::get);
  if (route != nullptr) request.route_name = route->name;
  return Match{route, &node->allow};
}

}  // namespace invoicing::http
