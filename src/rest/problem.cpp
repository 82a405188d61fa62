#include "rest/problem.hpp"

#include <string>
#include <utility>

#include "codec/problem_json.hpp"
#include "rest/error_table.hpp"

namespace invoicing::rest {

http::Response problem(const Error& error) {
  const ErrorRow& row = error_row(error.code());
  // What a client never sees has a detail for the log only.
  const bool internal = row.code != error.code() || row.code == ErrorCode::internal_error;
  const std::string_view detail = internal || error.detail().empty() ? row.cure : error.detail();
  http::Response response{.status = row.status, .content_type = "application/problem+json"};
  codec::Problem document{.code = row.slug,
                          .status = static_cast<int>(row.status),
                          .title = row.title,
                          .detail = detail};
  if (!internal) document.faults = error.faults();
  response.body = codec::write_problem(document);
  if (row.retry_after_seconds > 0) {
    response.add_header("Retry-After", std::to_string(row.retry_after_seconds));
  }
  return response;
}

Error parameter_error(std::string name, std::string code, std::string detail) {
  return Error(ErrorCode::invalid_parameter, detail, {{std::move(name), std::move(code), detail}});
}

}  // namespace invoicing::rest
