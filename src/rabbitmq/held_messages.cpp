#include "rabbitmq/held_messages.hpp"

#include <utility>

namespace invoicing::rabbitmq {

// More than any caller has under way; whoever never settles must not fill the memory.
constexpr std::size_t kLostMax = 65'536;

void HeldMessages::add(std::vector<Delivered> delivered) {
  const std::lock_guard lock(mutex_);
  for (Delivered& each : delivered) {
    waiting_.push_back({++last_tag_, connection_, each.tag, std::move(each.message)});
  }
}

void HeldMessages::lose_all() {
  const std::lock_guard lock(mutex_);
  ++connection_;
  waiting_.clear();
  for (const auto& [tag, held] : out_) lost_.insert(tag);
  out_.clear();
  while (lost_.size() > kLostMax) lost_.erase(lost_.begin());
}

std::optional<Held> HeldMessages::take() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  Held held = std::move(waiting_.front());
  waiting_.pop_front();
  return out_.emplace(held.tag, std::move(held)).first->second;
}

HeldMessages::Settling HeldMessages::begin_settling(std::int64_t tag, Held& held) {
  const std::lock_guard lock(mutex_);
  if (lost_.erase(tag) > 0) return Settling::lost;
  const auto found = out_.find(tag);
  if (found == out_.end()) return Settling::unknown;
  held = std::move(found->second);
  out_.erase(found);
  return Settling::ours;
}

bool HeldMessages::is_current(std::uint64_t connection) const {
  const std::lock_guard lock(mutex_);
  return connection == connection_;
}

HeldMessages::Counts HeldMessages::counts() const {
  const std::lock_guard lock(mutex_);
  return {static_cast<std::int64_t>(waiting_.size()), static_cast<std::int64_t>(out_.size())};
}

}  // namespace invoicing::rabbitmq
