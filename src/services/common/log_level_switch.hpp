#pragma once
// What SIGHUP does: the log becomes more or less talkative while the program runs.

#include <functional>

#include "domain/result.hpp"
#include "ops/log.hpp"

namespace invoicing::services {

/// Used on one thread.
class LogLevelSwitch {
 public:
  /// Reads the options again and gives the level that they name; an error is a sentence for the
  /// operator.
  using Reader = std::function<Result<ops::LogLevel>()>;

  LogLevelSwitch(ops::LogLevel configured, Reader read_again)
      : configured_(configured), read_again_(std::move(read_again)) {}

  /// The level that the options name now, if it is another one than at the last look; else debug
  /// (info where they name debug), and the next time back. Options that cannot be read change
  /// nothing. Says in the log what came of it, whatever the level.
  void turn();

 private:
  ops::LogLevel configured_;
  Reader read_again_;
};

}  // namespace invoicing::services
