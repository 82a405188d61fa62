#include "services/common/random_seed.hpp"

#include <random>

namespace invoicing::services {

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace invoicing::services
