// libFuzzer: see mail_exercise.hpp.

#include "tests/fuzz/mail_exercise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  invoicing::fuzz::exercise_mail({reinterpret_cast<const char*>(data), size});
  return 0;
}
