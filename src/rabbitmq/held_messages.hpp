#pragma once
// The messages that the broker has handed to this process: waiting here, handed out, or lost with
// their connection.

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "rabbitmq/session.hpp"

namespace invoicing::rabbitmq {

struct Held {
  std::int64_t tag = 0;          ///< ours; never used twice
  std::uint64_t connection = 0;  ///< the delivery tag counts on this one only
  std::uint64_t delivery_tag = 0;
  Message message;
};

/// Thread-safe.
class HeldMessages {
 public:
  enum class Settling {
    ours,     ///< nobody else settles it
    unknown,  ///< settled before, or never handed out
    lost,     ///< the broker delivers it again
  };
  struct Counts {
    std::int64_t waiting = 0;
    std::int64_t out = 0;
  };

  void add(std::vector<Delivered> delivered);
  /// The connection is gone: the broker has taken back everything.
  void lose_all();

  /// The oldest one that waits; it is out from now on.
  std::optional<Held> take();
  /// Who settles a message takes it; `held` is set for `ours` alone.
  Settling begin_settling(std::int64_t tag, Held& held);
  /// Whether a delivery tag of `connection` still means something.
  bool is_current(std::uint64_t connection) const;

  Counts counts() const;

 private:
  mutable std::mutex mutex_;
  std::int64_t last_tag_ = 0;
  std::uint64_t connection_ = 1;
  std::deque<Held> waiting_;
  std::map<std::int64_t, Held> out_;
  std::set<std::int64_t> lost_;
};

}  // namespace invoicing::rabbitmq
