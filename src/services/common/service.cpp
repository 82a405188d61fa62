#include "services/common/service.hpp"

#include "domain/invoice_id.hpp"
#include "ops/file_limit.hpp"
#include "ops/log.hpp"
#include "ops/signals.hpp"
#include "services/common/command_outcome.hpp"

namespace invoicing::services {

int serve(const std::string& program,
          const std::function<Result<std::unique_ptr<Service>>()>& open) {
  ops::raise_open_file_limit();
  // Sets OpenSSL up while nobody depends on it yet.
  static_cast<void>(sha256({}));
  ops::SignalWaiter signals;
  const auto service = open();
  if (!service) {
    const std::string line = service.error().detail();
    return complain(line.starts_with(program + ": ") ? line : program + ": " + line, kWrongUse);
  }
  (*service)->start();
  signals.wait();
  ops::log::info("stopping");
  (*service)->stop();
  ops::log::info("stopped");
  return 0;
}

}  // namespace invoicing::services
