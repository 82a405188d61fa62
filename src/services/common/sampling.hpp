#pragma once

#include <chrono>

namespace invoicing::services {

/// How often numbers are asked for that need a read of the store or a word of the broker.
constexpr std::chrono::milliseconds kSampleInterval{5000};

}  // namespace invoicing::services
