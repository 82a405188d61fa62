#pragma once
// Expected failures. A bug is an assertion, a bad start is one line and exit code 2; everything
// that the world can cause travels as an Error inside a Result.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace invoicing {

/// What went wrong, as a stable word. How each reads to a client (slug, HTTP status, title, cure)
/// stands in one table, rest/error_table.cpp. A code is never reused for another meaning.
enum class ErrorCode {
  // The request is at fault.
  malformed_json,
  validation_failed,
  invalid_parameter,
  invalid_header,
  invalid_id,
  invalid_cursor,
  malformed_request,
  request_timeout,
  unauthorized,
  insufficient_scope,
  cross_site_request,
  route_not_found,
  invoice_not_found,
  report_not_found,
  dead_letter_not_found,
  method_not_allowed,
  not_acceptable,
  reference_taken,
  delivery_under_way,
  body_too_large,
  uri_too_long,
  unsupported_media_type,
  unsupported_expectation,
  idempotency_key_reused,
  header_too_large,
  rate_limited,
  not_implemented,
  http_version_not_supported,
  // The surroundings are at fault.
  internal_error,
  storage_unavailable,
  outcome_unknown,
  clock_skewed,
  overloaded,
  shutting_down,
  storage_full,
  // Never seen by a client of the API.
  number_taken,       ///< another generator sealed this number first: read the last report again
  lease_lost,         ///< somebody else took the report meanwhile
  books_not_open,     ///< an import is under way, or the books were moved elsewhere
  too_many_days_due,  ///< more than 31 days wait: only the close command may close them
  queue_unavailable,
  stored_data_invalid,  ///< something in the store cannot be read back; named in the detail
};

/// One fault of one place of the input.
struct Fault {
  std::string pointer;  ///< RFC 6901 JSON pointer ("/items/0/qt"), or the parameter's name
  std::string code;     ///< stable word, such as "required", "too_many_digits"
  std::string detail;   ///< a sentence that says what to do
};

/// An expected failure. Constructed explicitly, so that no int or string turns into one by chance.
/// Result::error() may return a copy (Boost before 1.84), hence the accessors for temporaries: what
/// they give outlives it in `for (const Fault& f : result.error().faults())`.
class Error {
 public:
  Error() = default;
  explicit Error(ErrorCode code, std::string detail = {}, std::vector<Fault> faults = {})
      : code_(code), detail_(std::move(detail)), faults_(std::move(faults)) {}

  ErrorCode code() const { return code_; }
  /// One sentence for the client; never holds secrets, paths or SQL.
  const std::string& detail() const& { return detail_; }
  std::string detail() && { return std::move(detail_); }
  const std::vector<Fault>& faults() const& { return faults_; }
  std::vector<Fault> faults() && { return std::move(faults_); }

 private:
  ErrorCode code_ = ErrorCode::internal_error;
  std::string detail_;
  std::vector<Fault> faults_;
};

}  // namespace invoicing
