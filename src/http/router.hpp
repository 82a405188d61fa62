#pragma once
// Which handler answers a path and a method. Built once before the server starts, read-only and
// free of locks after that.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace invoicing::http {

/// Runs as a coroutine on the connection's io_context and may be called by several threads at
/// once. It must not block. An exception out of it is answered with 500.
using Handler = std::function<Task<Response>(Request&, BodyReader&)>;

struct Route {
  Method method = Method::get;
  /// "/invoices/{id}/void": literal segments and at most Request::kPathParametersMax parameters,
  /// each a whole segment. "/" is the root.
  std::string pattern = {};
  /// Bounded label for metrics and logs ("invoice_void").
  std::string name = {};
  Handler handler = {};
  /// Bytes of body that the route takes. 0: `ServerOptions::body_bytes_max`, without
  /// `streaming_body`; no limit with it.
  std::uint64_t body_bytes_max = 0;
  /// The handler reads piece by piece (BodyReader::read_some), so the body may be of any length
  /// and take any time as long as it makes progress.
  bool streaming_body = false;
};

/// A tree of path segments. Literals win over parameters; one trailing slash changes nothing; an
/// empty segment never matches a parameter; segments are compared as sent, without decoding.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Throws std::invalid_argument for a bad pattern, a missing handler, or a second route of the
  /// same method and path.
  void add(Route route);

  struct Match {
    /// The route to run; null if there is none. HEAD finds the GET route if it has none itself.
    const Route* route = nullptr;
    /// The value of the Allow field; null if the path is unknown. Lives as long as the Router.
    const std::string* allow = nullptr;
  };

  /// Fills the request's path parameters and route_name. Allocates nothing.
  Match match(Request& request) const;

  /// Allow for `OPTIONS *`: every method that any route has.
  const std::string& allow_all() const { return allow_all_; }

 private:
  struct Node;
  Node* node_for(const std::string& pattern);
  const Node* find(const Node& node, std::string_view rest, Request& request) const;

  std::unique_ptr<Node> root_;
  unsigned methods_ = 0;  // of all routes, a bit each
  std::string allow_all_;
};

}  // namespace invoicing::http
