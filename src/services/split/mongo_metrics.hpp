#pragma once

#include "mongo/client.hpp"
#include "ops/metrics.hpp"

namespace invoicing::services {

/// Calls to MongoDB, how long they take and what came of them. To be called before the first of
/// them. `client` outlives the last text(), `metrics` the calls.
void add_mongo_metrics(ops::Metrics& metrics, mongo::Client& client);

}  // namespace invoicing::services
