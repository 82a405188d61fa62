#include "app/key_ring.hpp"

#include <utility>

#include "domain/invoice_id.hpp"

namespace invoicing {

Task<Result<void>> KeyRing::refresh(ApiKeyStore& store) {
  const Time began = std::chrono::steady_clock::now();
  auto keys = co_await store.all();
  if (!keys) co_return keys.error();
  Entries entries;
  for (ApiKey& key : *keys) {
    auto principal = std::make_shared<const Principal>(Principal{key.id, key.name, key.scopes});
    std::string id = key.id;
    entries.emplace(std::move(id), Entry{std::move(key), std::move(principal)});
  }
  auto shared = std::make_shared<const Entries>(std::move(entries));
  const std::lock_guard lock(mutex_);
  entries_ = std::move(shared);
  read_at_ = began;
  co_return Result<void>();
}

std::shared_ptr<const KeyRing::Entries> KeyRing::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

bool KeyRing::is_fresh(Time at) const {
  const std::lock_guard lock(mutex_);
  return read_at_ && at - *read_at_ <= kMaxAge;
}

bool KeyRing::is_loaded() const {
  const std::lock_guard lock(mutex_);
  return read_at_.has_value();
}

std::optional<KeyRing::Found> KeyRing::find_key(std::string_view text, Instant now) const {
  // Whatever the text is, it is hashed and compared once.
  static constexpr KeyHash kNobodys{};
  const auto held = entries();
  const auto hash = sha256(text);
  const auto found = held->find(key_id_of(text).value_or(std::string_view()));
  const bool is_known = found != held->end();
  const bool is_same = is_same_hash(hash, is_known ? found->second.key.hash : kNobodys);
  if (!is_known || !is_same || !found->second.key.is_usable(now)) return std::nullopt;
  return Found{found->second.principal, found->second.key.expires_at};
}

std::shared_ptr<const Principal> KeyRing::find(std::string_view text, Instant now) const {
  auto found = find_key(text, now);
  return found ? std::move(found->principal) : nullptr;
}

std::shared_ptr<const Principal> KeyRing::find_by_id(std::string_view id, Instant now) const {
  const auto held = entries();
  const auto found = held->find(id);
  if (found == held->end() || !found->second.key.is_usable(now)) return nullptr;
  return found->second.principal;
}

}  // namespace invoicing
