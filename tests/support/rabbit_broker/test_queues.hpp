#pragma once
// Queues of one test's own on the broker of RABBITMQ_URI_TEST.

#include "rabbitmq/options.hpp"

namespace invoicing::testing {

/// Names that no other test uses; the queues go with the object (declare it before what uses them).
class TestQueues {
 public:
  /// Throws std::runtime_error without a RABBITMQ_URI_TEST; scripts/test sets it.
  TestQueues();
  ~TestQueues();
  TestQueues(const TestQueues&) = delete;
  TestQueues& operator=(const TestQueues&) = delete;

  rabbitmq::RabbitOptions options;
};

}  // namespace invoicing::testing
