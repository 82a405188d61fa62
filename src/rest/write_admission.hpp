#pragma once
// How many single writes may be under way: beyond what fills the store's commits another one would
// only make all of them wait longer.

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace invoicing::rest {

/// Thread-safe. Outlives its places.
class WriteAdmission {
 public:
  /// A write under way, until it is destroyed.
  class Place {
   public:
    explicit Place(std::atomic<std::size_t>& taken) : taken_(&taken) {}
    Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (taken_ != nullptr) taken_->fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    std::atomic<std::size_t>* taken_;
  };

  /// Nothing when `most` or more are under way.
  std::optional<Place> admit(std::size_t most) {
    if (taken_.fetch_add(1, std::memory_order_relaxed) < most) return Place(taken_);
    taken_.fetch_sub(1, std::memory_order_relaxed);
    return std::nullopt;
  }

 private:
  std::atomic<std::size_t> taken_{0};
};

}  // namespace invoicing::rest
