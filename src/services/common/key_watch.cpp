#include "services/common/key_watch.hpp"

#include "ops/log.hpp"

namespace invoicing::services {

namespace {

// Twice in KeyRing::kMaxAge and once more: a look that fails leaves time for another one.
constexpr std::chrono::milliseconds kInterval{3000};

}  // namespace

Task<void> KeyWatch::run() {
  while (!stopping_.load()) {
    co_await look();
    co_await wakeup_.wait(kInterval);
  }
}

Task<void> KeyWatch::look() {
  const auto read = co_await ring_.refresh(store_);
  const std::string reason = read ? std::string() : read.error().detail();
  if (!read && failing_.empty()) {
    ops::log::warning("the API keys cannot be read, will be tried again", {{"reason", reason}});
  } else if (read && !failing_.empty()) {
    ops::log::info("the API keys are read again");
  }
  failing_ = read ? std::string() : "because " + reason;
}

void KeyWatch::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

std::optional<rest::Missing> KeyWatch::missing() const {
  if (ring_.is_fresh()) return std::nullopt;
  return rest::Missing{"keys", "The API keys cannot be read, so nobody knows who may enter."};
}

}  // namespace invoicing::services
