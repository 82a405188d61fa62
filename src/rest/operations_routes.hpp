#pragma once
// /healthz, /readyz, /metrics and the contract.

#include <functional>
#include <string>
#include <vector>

#include "http/router.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// Something that the process needs and does not have.
struct Missing {
  std::string name;    ///< "storage", "shutdown", …
  std::string detail;  ///< a sentence for the operator
};

struct OperationsDoors {
  std::function<std::vector<Missing>()> missing;  ///< empty: ready. Any thread, at once
  std::function<std::string()> metrics;           ///< Prometheus text format. Any thread
};

/// /healthz and /readyz, which need no key, and /metrics, which needs one where `authentication`
/// asks for it.
void add_health_routes(http::Router& router, const OperationsDoors& doors,
                       const Authentication& authentication);
/// /openapi.yaml and /openapi.json.
void add_contract_routes(http::Router& router);
/// Both.
void add_operations_routes(http::Router& router, const OperationsDoors& doors,
                           const Authentication& authentication);

}  // namespace invoicing::rest
