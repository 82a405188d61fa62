#pragma once
// Errors as answers: RFC 9457 problem details from the error table.

#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "http/message.hpp"

namespace invoicing::rest {

/// The answer for `error`: status, problem document, Retry-After where the table has one. The
/// detail of an internal error, which a client does not see, goes to the log.
http::Response problem(const Error& error);

/// Where an error does not become an answer of its own: a line of an import, the end of an export.
void log_if_internal(const Error& error);

/// What a client may read of `error`: its detail, or the table's words where there is none, or
/// where it is for the log only.
std::string_view client_detail(const Error& error);

/// One faulty parameter or header as an error of its own.
Error parameter_error(std::string name, std::string code, std::string detail);

}  // namespace invoicing::rest
