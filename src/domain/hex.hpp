#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace invoicing {

/// Two lower-case hexadecimal digits for each byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace invoicing
