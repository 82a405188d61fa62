#include "services/common/random_seed.hpp"

#include <random>
#include <stdexcept>

#include <sys/random.h>

namespace invoicing::services {

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

void fill_with_random(std::span<std::uint8_t> bytes) {
  // So few bytes come whole or not at all.
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the system gives no random bytes");
  }
}

}  // namespace invoicing::services
