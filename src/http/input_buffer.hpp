#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace invoicing::http {

/// Bytes received and not yet consumed, contiguous. Consuming moves nothing, so that views into
/// what was consumed stay valid until the next prepare() or assign().
class InputBuffer {
 public:
  std::string_view view() const { return {storage_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }

  void consume(std::size_t bytes) { begin_ += std::min(bytes, size()); }

  /// Room for at least `wanted` bytes (at least one, if `size()` is below `size_max`), such that
  /// the whole never exceeds `size_max`. Empty if it is full. Invalidates all views.
  std::span<char> prepare(std::size_t wanted, std::size_t size_max) {
    if (size() >= size_max) return {};
    if (empty()) begin_ = end_ = 0;
    const std::size_t room = std::min(wanted, size_max - size());
    if (capacity_ - end_ < room) relocate(std::max(size() + room, std::size_t{kInitialBytes}));
    return {storage_.get() + end_, std::min(capacity_ - end_, size_max - size())};
  }
  void commit(std::size_t bytes) { end_ += bytes; }

  /// Replaces the content; `content` must not lie in this buffer.
  void assign(std::string_view content) {
    begin_ = end_ = 0;
    if (capacity_ < content.size()) relocate(content.size());
    if (!content.empty()) std::memcpy(storage_.get(), content.data(), content.size());
    end_ = content.size();
  }

  /// Gives memory beyond the initial size back, if nothing is held.
  void shrink() {
    if (empty() && capacity_ > kInitialBytes) *this = InputBuffer();
  }

  static constexpr std::size_t kInitialBytes = 8 * 1024;

 private:
  void relocate(std::size_t capacity) {
    const std::size_t kept = size();
    if (capacity <= capacity_) {
      std::memmove(storage_.get(), storage_.get() + begin_, kept);
    } else {
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (kept > 0) std::memcpy(larger.get(), storage_.get() + begin_, kept);
      storage_ = std::move(larger);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = kept;
  }

  std::unique_ptr<char[]> storage_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace invoicing::http
