// libFuzzer: see config_exercise.hpp.

#include "tests/fuzz/config_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_config({reinterpret_cast<const char*>(data), size});
  return 0;
}
