#pragma once
// What a request hands on to whatever it causes.

#include <string>

#include "domain/trace.hpp"
#include "http/message.hpp"

namespace invoicing::rest {

inline Trace trace_of(const http::Request& request) {
  return {.traceparent = std::string(request.traceparent),
          .request_id = std::string(request.request_id)};
}

}  // namespace invoicing::rest
