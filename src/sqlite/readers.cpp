#include "sqlite/readers.hpp"

#include <utility>

namespace invoicing::sqlite {
std::unique_ptr<Connection> ConnectionPool::acquire() {
  {
    const std::lock_guard lock(mutex_);
    if (in_use_ >= connections_max_) return nullptr;
    ++in_use_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  try {
    return std::make_unique<Connection>(file_, access_);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    throw;
  }
}

void ConnectionPool::release(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  --in_use_;
  idle_.push_back(std::move(connection));
}

void ConnectionPool::forget(std::unique_ptr<Connection> connection) {
  connection.reset();
  const std::lock_guard lock(mutex_);
  --in_use_;
}

}  // namespace invoicing::sqlite
