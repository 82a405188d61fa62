#include "services/common/service.hpp"

#include <variant>

#include "domain/invoice_id.hpp"
#include "ops/file_limit.hpp"
#include "ops/log.hpp"
#include "ops/signals.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/log_level_switch.hpp"

namespace invoicing::services {

namespace {

Result<ops::LogLevel> level_named_now(const ops::CommandLine& line) {
  const auto again = line.read_again();
  if (const auto* read = std::get_if<ops::CommandLine>(&again)) return read->settings.log_level;
  std::string reason = std::get<ops::EarlyExit>(again).text;
  if (reason.ends_with('\n')) reason.pop_back();
  return Error(ErrorCode::validation_failed, reason);
}

}  // namespace

int serve(const ops::CommandLine& line,
          const std::function<Result<std::unique_ptr<Service>>()>& open) {
  ops::raise_open_file_limit();
  // Sets OpenSSL up while nobody depends on it yet.
  static_cast<void>(sha256({}));
  ops::SignalWaiter signals;
  const auto service = open();
  if (!service) {
    const std::string why = service.error().detail();
    const std::string prefix = line.program + ": ";
    return complain(why.starts_with(prefix) ? why : prefix + why, kWrongUse);
  }
  (*service)->start();
  LogLevelSwitch level(line.settings.log_level, [&line] { return level_named_now(line); });
  signals.wait([&level] { level.turn(); });
  ops::log::info("stopping");
  (*service)->stop();
  ops::log::info("stopped");
  return 0;
}

}  // namespace invoicing::services
