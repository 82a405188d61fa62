#pragma once
// The API's contract, as it was when the program was built.

#include <string_view>

namespace invoicing::rest {

std::string_view openapi_yaml();
std::string_view openapi_json();

}  // namespace invoicing::rest
