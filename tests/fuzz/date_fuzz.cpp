// libFuzzer: see date_exercise.hpp.

#include "tests/fuzz/date_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_date({reinterpret_cast<const char*>(data), size});
  return 0;
}
