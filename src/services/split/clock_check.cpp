#include "services/split/clock_check.hpp"

#include <string>

namespace invoicing::services {

namespace {

std::string seconds_text(std::chrono::milliseconds duration) {
  return std::to_string(duration.count() / 1000) + " s";
}

}  // namespace

Result<void> check_clock(const mongo::ServerTime& time, std::chrono::milliseconds tolerance) {
  const auto apart = std::chrono::abs(time.ahead_of_us) - time.uncertainty;
  if (apart <= tolerance) return {};
  return Error(ErrorCode::clock_skewed,
               "This clock is " + seconds_text(apart) +
                   (time.ahead_of_us.count() > 0 ? " behind" : " ahead of") +
                   " MongoDB's, more than CLOCK_TOLERANCE (" + seconds_text(tolerance) +
                   "); set the wrong one right.");
}

Task<Result<void>> reach_mongo(mongo::Client& client, const Clock& clock) {
  const auto time = co_await client.ping(clock);
  if (!time) co_return time.error();
  auto prepared = co_await client.prepare();
  co_return prepared;
}

Task<Result<void>> compare_clocks(mongo::Client& client, const Clock& clock,
                                  std::chrono::milliseconds tolerance) {
  const auto time = co_await client.ping(clock);
  if (!time) co_return time.error();
  co_return check_clock(*time, tolerance);
}

}  // namespace invoicing::services
