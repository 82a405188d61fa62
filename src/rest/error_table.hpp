#pragma once
// How each error reads to a client: the one table from codes to HTTP. docs/reference/errors.md is
// held against it by a test. A slug is never reused for another meaning; a retired one stays
// listed.

#include <optional>
#include <span>
#include <string_view>

#include "domain/error.hpp"

namespace invoicing::rest {

struct ErrorRow {
  ErrorCode code;
  std::string_view slug;    ///< the `code` member of the problem
  unsigned status;          ///< HTTP status
  std::string_view title;   ///< RFC 9457 title: the same for every occurrence
  std::string_view cure;    ///< what the client does about it, in one sentence
  int retry_after_seconds;  ///< 0: no Retry-After
};

/// Every code that a client can see, in the order of domain/error.hpp.
std::span<const ErrorRow> error_table();

/// The row of `code`. Of those that clients never see: storage_unavailable where waiting helps
/// (books_not_open, queue_unavailable), else internal_error.
const ErrorRow& error_row(ErrorCode code);

}  // namespace invoicing::rest
