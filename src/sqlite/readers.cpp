#include "sqlite/readers.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace invoicing::sqlite {
namespace {

constexpr std::size_t kThreadsMax = 32;

struct Note {
  std::uint64_t serial = 0;
  Connection* connection = nullptr;
};

// Which connection of which ThreadConnections is this thread's. Entries of closed ones stay and do
// no harm: their serial is never asked for again.
thread_local std::vector<Note> notes;

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

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

ThreadConnections::ThreadConnections(std::filesystem::path file, Access access)
    : file_(std::move(file)), access_(access), serial_(next_serial()) {}

ThreadConnections::~ThreadConnections() = default;

Connection* ThreadConnections::mine() {
  const auto is_ours = [this](const Note& note) { return note.serial == serial_; };
  if (const auto found = std::ranges::find_if(notes, is_ours); found != notes.end()) {
    return found->connection;
  }
  {
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= kThreadsMax) return nullptr;
  }
  auto fresh = std::make_unique<Connection>(file_, access_);
  notes.push_back({serial_, fresh.get()});
  const std::lock_guard lock(mutex_);
  connections_.push_back(std::move(fresh));
  return connections_.back().get();
}

void ThreadConnections::forget_mine() {
  const auto is_ours = [this](const Note& note) { return note.serial == serial_; };
  const auto found = std::ranges::find_if(notes, is_ours);
  if (found == notes.end()) return;
  const Connection* gone = found->connection;
  notes.erase(found);
  const std::lock_guard lock(mutex_);
  std::erase_if(connections_, [gone](const auto& held) { return held.get() == gone; });
}

}  // namespace invoicing::sqlite
