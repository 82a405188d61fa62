#include "rest/problem.hpp"

#include <string>
#include <utility>
#include <vector>

#include "codec/problem_json.hpp"
#include "codec/utf8.hpp"
#include "http/query_string.hpp"
#include "ops/log.hpp"
#include "rest/error_table.hpp"

namespace invoicing::rest {

namespace {

// What a client never sees has a detail for the log only.
bool is_internal(const Error& error) {
  return error_row(error.code()).code == ErrorCode::internal_error;
}

// The name of an unknown parameter is whatever bytes the client sent; JSON takes UTF-8 alone.
std::vector<Fault> faults_as_text(const Error& error) {
  std::vector<Fault> faults = error.faults();
  for (Fault& fault : faults) {
    if (!codec::is_utf8(fault.pointer)) fault.pointer = http::percent_encode(fault.pointer);
  }
  return faults;
}

}  // namespace

void log_if_internal(const Error& error) {
  if (is_internal(error)) ops::log::error("internal error", {{"detail", error.detail()}});
}

std::string_view client_detail(const Error& error) {
  if (is_internal(error) || error.detail().empty()) return error_row(error.code()).cure;
  return error.detail();
}

http::Response problem(const Error& error) {
  log_if_internal(error);
  const ErrorRow& row = error_row(error.code());
  const std::vector<Fault> faults = faults_as_text(error);
  http::Response response{.status = row.status, .content_type = "application/problem+json"};
  codec::Problem document;
  document.code = row.slug;
  document.status = static_cast<int>(row.status);
  document.title = row.title;
  document.detail = client_detail(error);
  if (!is_internal(error)) document.faults = faults;
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
