#pragma once

#include "mongo/client.hpp"
#include "ops/metrics.hpp"

namespace invoicing::services {

/// Calls to MongoDB and what came of them. `client` outlives the last text().
void add_mongo_metrics(ops::Metrics& metrics, const mongo::Client& client);

}  // namespace invoicing::services
