#include "rest/authentication.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rest/problem.hpp"
#include "rest/session_cookie.hpp"

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

std::string challenge(ErrorCode code, const http::Request& request, std::optional<Scope> scope) {
  std::string text(kChallenge);
  if (code == ErrorCode::insufficient_scope && scope) {
    text += R"(, error="insufficient_scope", scope=")";
    text += to_string(*scope);
    text += '"';
  } else if (code != ErrorCode::unauthorized) {
    return {};
  } else if (request.header("Authorization")) {
    text += R"(, error="invalid_token")";
  }
  return text;
}

http::Response refusal(const Error& error, const http::Request& request,
                       std::optional<Scope> scope) {
  http::Response response = problem(error);
  std::string text = challenge(error.code(), request, scope);
  if (!text.empty()) response.add_header("WWW-Authenticate", std::move(text));
  return response;
}

Task<http::Response> ready(http::Response response) {
  co_return response;
}

Task<http::Response> refuse(const Error& error, const http::Request& request,
                            std::optional<Scope> scope) {
  return ready(refusal(error, request, scope));
}

bool is_safe(const http::Request& request) {
  return request.method == http::Method::get || request.method == http::Method::head;
}

/// Where nobody is asked: a browser that another site's page has sent here, which needs no answer
/// to do harm. Programs say nothing of where they come from.
std::optional<Error> foreign_page(const http::Request& request) {
  if (is_safe(request) || !request.header("Origin")) return std::nullopt;
  const auto own = require_own_origin(request);
  if (own) return std::nullopt;
  return own.error();
}

Result<Caller> admit(Caller caller, std::optional<Scope> scope) {
  if (!scope || caller->scopes.has(*scope)) return caller;
  return Error(ErrorCode::insufficient_scope, "this needs the scope " +
                                                  std::string(to_string(*scope)) +
                                                  ", which your key or token does not have");
}

Task<http::Response> with_fields(Task<http::Response> answer, std::vector<Quota> left) {
  http::Response response = co_await std::move(answer);
  add_rate_limit_fields(response, left);
  co_return response;
}

}  // namespace

Authentication Authentication::limited_by(RateLimits& limits) const {
  Authentication limited = *this;
  limited.limits_ = limits.any() ? &limits : nullptr;
  return limited;
}

http::Handler Authentication::guard(std::optional<Scope> scope, CallerHandler handler) const {
  if (is_off() && limits_ == nullptr) {
    return [handler = std::move(handler)](http::Request& request, http::BodyReader& body) {
      if (const auto error = foreign_page(request)) return ready(problem(*error));
      return handler(request, body, anybody());
    };
  }
  return [self = *this, scope, handler = std::move(handler)](http::Request& request,
                                                             http::BodyReader& body) {
    if (const auto token = self.session_of(request)) {
      return self.answer_session(*token, request, body, scope, handler);
    }
    std::vector<Quota> left;
    if (!self.take_of_address(request, left)) return ready(too_many_requests(left));
    auto caller = self.check(request, scope);
    if (!caller) return refuse(caller.error(), request, scope);
    if (!self.take_of_key(**caller, left)) return ready(too_many_requests(left));
    if (left.empty()) return handler(request, body, *std::move(caller));
    return with_fields(handler(request, body, *std::move(caller)), std::move(left));
  };
}

http::Handler Authentication::admit_anybody(http::Handler handler) const {
  if (limits_ == nullptr) return handler;
  return
      [self = *this, handler = std::move(handler)](http::Request& request, http::BodyReader& body) {
        std::vector<Quota> left;
        if (!self.take_of_address(request, left)) return ready(too_many_requests(left));
        return with_fields(handler(request, body), std::move(left));
      };
}

Task<http::Response> Authentication::answer_session(std::string_view token, http::Request& request,
                                                    http::BodyReader& body,
                                                    std::optional<Scope> scope,
                                                    const CallerHandler& handler) const {
  std::vector<Quota> left;
  if (!take_of_address(request, left)) co_return too_many_requests(left);
  if (!is_safe(request)) {
    const auto own = require_own_origin(request);
    if (!own) co_return problem(own.error());
  }
  const auto who = co_await credentials_.sessions->find(std::string(token));
  const auto caller = who ? admit(who->caller, scope) : Result<Caller>(who.error());
  if (!caller) co_return refusal(caller.error(), request, scope);
  if (!take_of_key(**caller, left)) co_return too_many_requests(left);
  http::Response response = co_await handler(request, body, *caller);
  add_rate_limit_fields(response, left);
  co_return response;
}

std::optional<std::string_view> Authentication::session_of(const http::Request& request) const {
  return credentials_.sessions == nullptr ? std::nullopt : session_token(request);
}

bool Authentication::take_of_address(const http::Request& request, std::vector<Quota>& left) const {
  return limits_ == nullptr || limits_->take_of_address(request, left);
}

bool Authentication::take_of_key(const Principal& caller, std::vector<Quota>& left) const {
  return limits_ == nullptr || limits_->take_of_key(caller, left);
}

Result<Caller> Authentication::check(const http::Request& request,
                                     std::optional<Scope> scope) const {
  if (is_off()) {
    if (auto error = foreign_page(request)) return *std::move(error);
    return anybody();
  }
  auto caller = identify(request, scope);
  if (!caller) return caller;
  return admit(*std::move(caller), scope);
}

Result<Caller> Authentication::identify(const http::Request& request,
                                        std::optional<Scope> scope) const {
  const KeyRing* const keys = credentials_.keys;
  TokenVerifier* const tokens = credentials_.tokens;
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
