#pragma once
// Contexts for the threads of a test. A context must outlive the adapters that resume coroutines on
// it: their threads may still be inside the call that handed the last one over.

#include <list>
#include <mutex>

#include <boost/asio/io_context.hpp>

namespace invoicing::testing {

/// Thread-safe. Declare it before the adapters.
class Contexts {
 public:
  /// A new one, which lives as long as this.
  boost::asio::io_context& fresh() {
    const std::lock_guard lock(mutex_);
    return contexts_.emplace_back(1);
  }

 private:
  std::mutex mutex_;
  std::list<boost::asio::io_context> contexts_;
};

}  // namespace invoicing::testing
