#include "services/invoice_service/run.hpp"

#include <memory>
#include <utility>

#include "ops/log.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/health_probe.hpp"
#include "services/invoice_service/invoice_service.hpp"
#include "services/invoice_service/options.hpp"
#include "services/split/split_options.hpp"

namespace invoicing::services {

int run_invoice_service(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  auto options = invoice_service_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "health") {
    const ListenOptions& where = options->ops ? *options->ops : options->http;
    return report_health({where.host, where.port});
  }
  return serve(line.program, [&]() -> Result<std::unique_ptr<Service>> {
    auto client = open_mongo(line, options->business.currency);
    if (!client) return client.error();
    return InvoiceService::open(std::move(*options), std::move(*client));
  });
}

}  // namespace invoicing::services
