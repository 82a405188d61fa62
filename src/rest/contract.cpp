#include "rest/contract.hpp"

#include "rest/openapi_json.hpp"
#include "rest/openapi_yaml.hpp"

namespace invoicing::rest {

std::string_view openapi_yaml() {
  return embedded::kOpenapiYaml;
}

std::string_view openapi_json() {
  return embedded::kOpenapiJson;
}

}  // namespace invoicing::rest
