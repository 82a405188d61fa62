#pragma once
// The options that only the split services read, as their adapters want them. Errors are
// validation_failed with the one line to print before exit code 2; none shows a secret.

#include <memory>

#include "domain/money.hpp"
#include "domain/result.hpp"
#include "mongo/client.hpp"
#include "ops/address.hpp"
#include "ops/command_line.hpp"
#include "rabbitmq/options.hpp"
#include "services/common/start_options.hpp"

namespace invoicing::services {

/// Where health and metrics are served: OPS_ADDRESS, one thread.
ListenOptions ops_listen_options(const ops::CommandLine& line);

/// MONGO_URI, not connected yet. Error: a URI that cannot be used.
Result<std::unique_ptr<mongo::Client>> open_mongo(const ops::CommandLine& line, Currency currency);

/// RABBITMQ_URI and REPORT_QUEUE. Error: a URI that cannot be used.
Result<rabbitmq::RabbitOptions> rabbit_options(const ops::CommandLine& line);

}  // namespace invoicing::services
