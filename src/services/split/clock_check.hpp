#pragma once
// Whether this machine's clock agrees with MongoDB's, closely enough to write times.

#include <chrono>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "mongo/client.hpp"
#include "ports/clock.hpp"

namespace invoicing::services {

/// Error clock_skewed with a sentence that says by how much. What the question itself took is in
/// this clock's favour.
Result<void> check_clock(const mongo::ServerTime& time, std::chrono::milliseconds tolerance);

/// For a command: MongoDB answers and has its indexes. Errors of mongo::Client.
Task<Result<void>> reach_mongo(mongo::Client& client, const Clock& clock);

/// For a command that writes: check_clock on the server's time. Errors also those of ping().
Task<Result<void>> compare_clocks(mongo::Client& client, const Clock& clock,
                                  std::chrono::milliseconds tolerance);

}  // namespace invoicing::services
