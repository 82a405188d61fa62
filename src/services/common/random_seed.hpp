#pragma once

#include <cstdint>
#include <span>

namespace invoicing::services {

/// A number that nobody can guess, for ids and jitter.
std::uint64_t random_seed();

/// Fills up to 256 bytes, strong enough for keys; throws std::runtime_error when the system has
/// none.
void fill_with_random(std::span<std::uint8_t> bytes);

}  // namespace invoicing::services
