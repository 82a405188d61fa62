#pragma once
// A message that no good program sends.

#include <string>

#include "rabbitmq/options.hpp"

namespace invoicing::testing {

/// Publishes a message with a header of `levels` arrays, each inside the one before. Throws
/// std::runtime_error.
void publish_nested(const rabbitmq::RabbitOptions& options, const std::string& message_id,
                    int levels);

}  // namespace invoicing::testing
