// libFuzzer: bytes that a client sends, through the parser with its security checks.

#include "tests/fuzz/http_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::http::fuzz::exercise_http({data, size});
  return 0;
}
