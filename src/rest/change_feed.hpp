#pragma once
// What GET /events tells: two counters that say "not as before", and nothing of what it was.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace invoicing::rest {

/// Thread-safe, without locks. Who writes an invoice pays one addition, however many read.
class ChangeFeed {
 public:
  struct State {
    std::uint64_t invoices = 0;  ///< an invoice was entered or voided
    std::uint64_t reports = 0;   ///< a report was sealed, or its delivery moved on

    friend bool operator==(const State&, const State&) = default;
  };

  void invoices_changed() { invoices_.fetch_add(1, std::memory_order_relaxed); }
  void reports_changed() { reports_.fetch_add(1, std::memory_order_relaxed); }
  State state() const {
    return {invoices_.load(std::memory_order_relaxed), reports_.load(std::memory_order_relaxed)};
  }

  /// Ends every stream within its interval: the process wants to stop.
  void close() { closed_.store(true); }
  bool closed() const { return closed_.load(); }

  /// How many read now.
  std::size_t readers() const { return readers_.load(); }

  /// One reader's place, if there was one.
  class Place {
   public:
    Place(ChangeFeed& feed, std::size_t readers_max)
        : feed_(feed), taken_(feed.readers_.fetch_add(1) < readers_max) {}
    ~Place() { feed_.readers_.fetch_sub(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool taken() const { return taken_; }

   private:
    ChangeFeed& feed_;
    bool taken_;
  };

 private:
  std::atomic<std::uint64_t> invoices_{0};
  std::atomic<std::uint64_t> reports_{0};
  std::atomic<std::size_t> readers_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace invoicing::rest
