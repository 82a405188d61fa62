// libFuzzer: see bson_exercise.hpp.

#include "tests/fuzz/bson_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_bson({reinterpret_cast<const char*>(data), size});
  return 0;
}
