#pragma once
// Bytes that differ from call to call, in place of random ones.

#include <cstdint>
#include <functional>

namespace invoicing::testing {

/// Each call fills one with the next number. `count` outlives what is returned.
template <typename Bytes>
std::function<Bytes()> different_bytes(std::uint8_t& count) {
  return [&count] {
    Bytes bytes{};
    bytes.fill(++count);
    return bytes;
  };
}

}  // namespace invoicing::testing
