#include "services/common/log_level_switch.hpp"

namespace invoicing::services {

namespace log = ops::log;
using ops::LogLevel;

void LogLevelSwitch::turn() {
  const auto named = read_again_();
  if (!named) {
    log::write(LogLevel::warning, "the log level stays as it was",
               {{"reason", named.error().detail()}});
    return;
  }
  const bool is_new = *named != configured_;
  configured_ = *named;
  const bool as_configured = log::level() == configured_;
  const LogLevel other = configured_ == LogLevel::debug ? LogLevel::info : LogLevel::debug;
  log::set_level(is_new || !as_configured ? configured_ : other);
  log::write(LogLevel::info, "the log level is another one",
             {{"logLevel", to_string(log::level())}, {"configured", to_string(configured_)}});
}

}  // namespace invoicing::services
