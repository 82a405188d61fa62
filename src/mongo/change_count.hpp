#pragma once
// Whether anything has changed, whoever wrote it: for the page, never for the books.

#include <cstdint>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"
#include "mongo/client.hpp"

namespace invoicing::mongo {

/// Thread-safe; `client` outlives it.
class ChangeCount {
 public:
  explicit ChangeCount(Client& client) : engine_(client.engine()) {}

  /// Invoices entered at or after `since` and invoices voided at or after it, added up: from two
  /// indexes alone, so that it costs what has changed and not what is there. With the same `since`
  /// it never goes down. Errors of Client.
  Task<Result<std::int64_t>> changes_since(Instant since);

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
