// libFuzzer: see query_exercise.hpp.

#include "tests/fuzz/query_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_query({reinterpret_cast<const char*>(data), size});
  return 0;
}
