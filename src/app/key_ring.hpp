#pragma once
// The API keys as a copy of the service holds them: whole and in memory, so that a request asks no
// store, and a wrong key costs what a right one does.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/api_key.hpp"
#include "domain/principal.hpp"
#include "ports/api_key_store.hpp"

namespace invoicing {

/// Thread-safe. Asks the store only in refresh().
class KeyRing {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// How old the keys in memory may be: beyond it nobody knows what was revoked.
  static constexpr std::chrono::seconds kMaxAge{10};

  /// Reads every key anew. Errors of ApiKeyStore::all; what was read before stays.
  Task<Result<void>> refresh(ApiKeyStore& store);

  /// Who `text` is: nothing where it is no key of ours, revoked, expired at `now`, or no key at
  /// all, told apart by nothing, time included.
  std::shared_ptr<const Principal> find(std::string_view text, Instant now) const;

  struct Found {
    std::shared_ptr<const Principal> principal;  ///< never null
    std::optional<Instant> expires_at;
  };
  /// The same, and until when.
  std::optional<Found> find_key(std::string_view text, Instant now) const;
  /// Whose key this is, for those who have shown it before: nothing where it is revoked, expired or
  /// not there.
  std::shared_ptr<const Principal> find_by_id(std::string_view id, Instant now) const;

  /// Whether the last refresh() that worked began at most kMaxAge before `at`.
  bool is_fresh(Time at = std::chrono::steady_clock::now()) const;
  /// Whether any refresh() has worked.
  bool is_loaded() const;

 private:
  struct Entry {
    ApiKey key;
    std::shared_ptr<const Principal> principal;
  };
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
  };
  using Entries = std::unordered_map<std::string, Entry, IdHash, std::equal_to<>>;

  std::shared_ptr<const Entries> entries() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Entries> entries_ = std::make_shared<const Entries>();  // guarded by mutex_
  std::optional<Time> read_at_;                                                 // guarded by mutex_
};

}  // namespace invoicing
