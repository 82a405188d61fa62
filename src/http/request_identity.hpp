#pragma once
// The names under which a request is found again: in its answer, in the logs, and in what it causes
// elsewhere. Those that the client sent where they can be taken, else new ones.

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace invoicing::http {

/// Random ids of one thread. They have to differ from all others; nobody has to be unable to guess
/// them.
class IdSource {
 public:
  IdSource();

  /// 16 lower-case hex digits, not all zero.
  std::array<char, 16> next();

 private:
  std::mt19937_64 random_;
};

/// Of one connection, for one request after another.
class RequestIdentity {
 public:
  /// `X-Request-Id` is taken if it can be (see is_request_id), else made: it never is an error.
  /// `traceparent` is continued with a parent of our own if it is valid and there once (W3C Trace
  /// Context), else a trace begins, which is sampled by nobody.
  void name(const Request& request, IdSource& ids);

  /// Valid until the next name().
  std::string_view request_id() const { return request_id_; }
  std::string_view traceparent() const { return traceparent_; }

 private:
  std::string request_id_;
  std::string traceparent_;
};

}  // namespace invoicing::http
