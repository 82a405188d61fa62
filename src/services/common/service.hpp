#pragma once
// The life of a process that serves: open, start, wait for a signal, stop.

#include <functional>
#include <memory>
#include <string>

#include "domain/result.hpp"
#include "ops/command_line.hpp"

namespace invoicing::services {

/// A class and not a main, so that a test can start it twice, on port 0.
class Service {
 public:
  virtual ~Service() = default;

  /// Runs it, and says in the log where it listens.
  virtual void start() = 0;
  /// In order, within ten seconds. Blocks. Any number of times.
  virtual void stop() = 0;
};

/// Opens and serves until SIGTERM or SIGINT; SIGHUP turns the log level (LogLevelSwitch). `open` is
/// where threads may begin: before, the signals would end the process. Its error is one line for
/// the operator; one that does not begin with `line.program` gets that in front. Returns the exit
/// code: 0, or 2 when `open` fails.
int serve(const ops::CommandLine& line,
          const std::function<Result<std::unique_ptr<Service>>()>& open);

}  // namespace invoicing::services
