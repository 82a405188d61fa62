#pragma once

#include <string_view>

#include "http/message.hpp"

namespace invoicing::http {

/// Splits a request target (RFC 9112 §3.2) to path and query. Takes origin-form, absolute-form
/// of http and https (the authority is dropped), and "*" for OPTIONS, whose path is "*"; for
/// CONNECT any. False: anything else, and a '#'.
bool split_target(std::string_view target, Request& request);

}  // namespace invoicing::http
