// libFuzzer: see token_exercise.hpp.

#include "tests/fuzz/token_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_token({reinterpret_cast<const char*>(data), size});
  return 0;
}
