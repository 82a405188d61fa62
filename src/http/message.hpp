#pragma once
// What a handler sees of HTTP: a request, its body to be pulled, a response to be returned.
// Nothing here knows sockets, so that routes can be tested with hand-made requests.

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"

namespace invoicing::http {

enum class Method { get, head, post, put, patch, del, options, other };

/// The method's token ("GET", "DELETE"); "OTHER" for Method::other.
std::string_view to_string(Method method);

/// Exact, case-sensitive (RFC 9110 §9.1); anything not listed above is Method::other.
Method parse_method(std::string_view token);

/// ASCII case-insensitive comparison, as field names and most tokens need it.
bool iequals(std::string_view a, std::string_view b);

/// One field of the request's head. The value has no blanks around it.
struct HeaderView {
  std::string_view name;
  std::string_view value;
};

/// The value of one `{name}` of the route's pattern, as it stood in the path: not percent-decoded.
struct PathParameter {
  std::string_view name;
  std::string_view value;
};

/// A parsed request head. All views point into memory of the connection and stay valid until the
/// whole answer, streamed ones included, was sent; copy what has to live longer. One thread only.
struct Request {
  static constexpr std::size_t kPathParametersMax = 4;

  Method method = Method::get;
  std::string_view method_name;     ///< as sent; the only trace of a Method::other
  std::string_view target;          ///< the request target as sent
  std::string_view path;            ///< starts with '/'; not percent-decoded
  std::string_view query;           ///< after the first '?', raw; see query_string.hpp
  std::string_view remote_address;  ///< the peer's numeric address, without port
  std::string_view route_name;      ///< of the matched route
  std::string_view request_id;      ///< X-Request-Id as sent or as made here, see RequestIdentity
  std::string_view traceparent;     ///< to be handed on with whatever this request causes
  /// How long requests have waited at least, for the last 100 ms, before this thread looked at
  /// them: with more load than it can carry this grows, and whoever refuses work refuses it early.
  std::chrono::nanoseconds thread_lag{0};
  bool http_1_0 = false;
  bool secure = false;              ///< came by TLS to this process; a proxy's does not count
  std::vector<HeaderView> headers;  ///< in the order sent
  std::array<PathParameter, kPathParametersMax> path_parameters{};
  std::size_t path_parameter_count = 0;

  /// The first value of that name, compared without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Every value of that name, in order.
  std::vector<std::string_view> header_values(std::string_view name) const;
  /// The path segment that stood for `{name}`, not percent-decoded; empty if the route has none.
  std::string_view path_parameter(std::string_view name) const;
};

/// The request's body, pulled piece by piece: what is not asked for is not read from the socket,
/// which is the back pressure. Lives as long as the Request, hence through a streamed answer too.
/// Asks the client to go on (100 Continue) at the first read if it waits for that.
/// Errors: body_too_large (over the limit of the route; the connection drains, bounded, and
/// closes after the answer), malformed_request (bad chunk, or the client closed in the middle),
/// request_timeout (no progress). After an error every further call gives the same error.
/// Not to be called by two coroutines at once.
class BodyReader {
 public:
  BodyReader() = default;
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  virtual ~BodyReader() = default;

  /// Everything that was not yet read. On a route with `streaming_body` the whole body counts
  /// against the server's `body_bytes_max` here unless the route names a limit of its own.
  virtual Task<Result<std::string>> read_all() = 0;
  /// The next piece, as it arrived; empty at the end. Valid until the next call.
  virtual Task<Result<std::string_view>> read_some() = 0;
};

/// The body of a streamed answer.
class BodySource {
 public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// Appends the next piece to `chunk` (empty at the call); false at the end, what was appended
  /// by that last call is sent too. Everything appended is handed to the kernel before the next
  /// call: gather what is at hand (some 16 to 64 KB), but do not wait for more than that.
  /// Appending nothing and returning true is allowed, and sends nothing.
  /// The first call comes before the head is sent: an error of it becomes an ordinary error
  /// answer (its code through the server's error renderer, as 500 or 503). A later error aborts
  /// the connection, so that a client never takes a cut stream for a whole one.
  /// May pull from the BodyReader of the same request.
  virtual Task<Result<bool>> next(std::string& chunk) = 0;
};

/// A field of an answer. `name` must have static storage duration, because heads are built from
/// it later. A value with a control character turns the answer into a 500.
struct ResponseHeader {
  std::string_view name;
  std::string value;
};

using Body =
    std::variant<std::string, std::shared_ptr<const std::string>, std::unique_ptr<BodySource>>;

/// What a handler answers. The server adds Date, Content-Length or Transfer-Encoding, Connection;
/// a handler must not. 204 and 304 are sent without a body and HEAD drops it by itself.
struct Response {
  unsigned status = 200;
  std::string_view content_type = {};  ///< static storage duration; empty: no Content-Type field
  std::vector<ResponseHeader> headers = {};
  Body body = std::string();

  void add_header(std::string_view name, std::string value) {
    headers.push_back(ResponseHeader{name, std::move(value)});
  }
};

/// The reason phrase of RFC 9110 for a status, "Unknown" for one that it does not list.
std::string_view reason_phrase(unsigned status);

}  // namespace invoicing::http
