#include "rest/authentication.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

// Longer than any key or sensible token, shorter than the header block.
constexpr std::size_t kMaxTokenBytes = 8 * 1024;

Caller anybody() {
  static const Principal anybody_at_all{{}, {}, Scopes::all()};
  // Owns nothing: a count that all threads share would cost each request something.
  return {Caller(), &anybody_at_all};
}

/// The one token of the request; nothing where there is none in the one form that is understood.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto values = request.header_values("Authorization");
  if (values.size() != 1 || values.front().size() <= kScheme.size() ||
      !http::iequals(values.front().substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  std::string_view token = values.front().substr(kScheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  return token;
}

Error unauthorized() {
  return Error(ErrorCode::unauthorized,
               "send `Authorization: Bearer` with a key or token that is valid here");
}

Error unavailable(const char* what) {
  return Error(ErrorCode::storage_unavailable,
               std::string(what) + ", so nobody knows who may enter.");
}

Task<http::Response> refuse(Error error, std::string challenge) {
  http::Response response = problem(error);
  if (!challenge.empty()) response.add_header("WWW-Authenticate", std::move(challenge));
  co_return response;
}

Task<http::Response> ready(http::Response response) {
  co_return response;
}

Task<http::Response> with_fields(Task<http::Response> answer, std::vector<Quota> left) {
  http::Response response = co_await std::move(answer);
  add_rate_limit_fields(response, left);
  co_return response;
}

std::string challenge(ErrorCode code, const http::Request& request, Scope scope) {
  std::string text = R"(Bearer realm="invoicing")";
  if (code == ErrorCode::insufficient_scope) {
    text += R"(, error="insufficient_scope", scope=")";
    text += to_string(scope);
    text += '"';
  } else if (code != ErrorCode::unauthorized) {
    return {};
  } else if (request.header("Authorization")) {
    text += R"(, error="invalid_token")";
  }
  return text;
}

}  // namespace

Authentication Authentication::limited_by(RateLimits& limits) const {
  Authentication limited = *this;
  limited.limits_ = limits.any() ? &limits : nullptr;
  return limited;
}

http::Handler Authentication::require(Scope scope, CallerHandler handler) const {
  if (limits_ != nullptr) return with_limits(scope, std::move(handler));
  if (is_off()) {
    return [handler = std::move(handler)](http::Request& request, http::BodyReader& body) {
      return handler(request, body, anybody());
    };
  }
  return [self = *this, scope, handler = std::move(handler)](http::Request& request,
                                                             http::BodyReader& body) {
    auto caller = self.check(request, scope);
    if (!caller) {
      const Error error = caller.error();
      return refuse(error, challenge(error.code(), request, scope));
    }
    return handler(request, body, *std::move(caller));
  };
}

http::Handler Authentication::with_limits(Scope scope, CallerHandler handler) const {
  return [self = *this, scope, handler = std::move(handler)](http::Request& request,
                                                             http::BodyReader& body) {
    std::vector<Quota> left;
    if (!self.limits_->take_of_address(request, left)) return ready(too_many_requests(left));
    auto caller = self.check(request, scope);
    if (!caller) {
      const Error error = caller.error();
      return refuse(error, challenge(error.code(), request, scope));
    }
    if (!self.limits_->take_of_key(**caller, left)) return ready(too_many_requests(left));
    return with_fields(handler(request, body, *std::move(caller)), std::move(left));
  };
}

Result<Caller> Authentication::check(const http::Request& request, Scope scope) const {
  if (is_off()) return anybody();
  auto caller = identify(request, scope);
  if (caller && !(*caller)->scopes.has(scope)) {
    return Error(ErrorCode::insufficient_scope, "this needs the scope " +
                                                    std::string(to_string(scope)) +
                                                    ", which your key or token does not have");
  }
  return caller;
}

Result<Caller> Authentication::identify(const http::Request& request, Scope scope) const {
  const auto [keys, tokens] = credentials_;
  const auto text = bearer_token(request);
  const bool is_token =
      tokens != nullptr && (keys == nullptr || (text && !text->starts_with(kKeyPrefix)));
  const bool known_is_enough = !is_token && scope == Scope::metrics_read && keys->is_loaded();
  if (!is_token && !known_is_enough && !keys->is_fresh()) {
    return unavailable("The API keys cannot be read at the moment");
  }
  if (is_token && !tokens->is_ready()) {
    return unavailable("The keys of the tokens' issuer could not be read yet");
  }
  if (!text || text->size() > kMaxTokenBytes) return unauthorized();
  auto caller = is_token ? tokens->verify(*text, clock_->now()) : keys->find(*text, clock_->now());
  if (!caller) return unauthorized();
  return caller;
}

}  // namespace invoicing::rest
