#pragma once

#include <cstdint>

namespace invoicing::services {

/// A number that nobody can guess, for ids and jitter.
std::uint64_t random_seed();

}  // namespace invoicing::services
