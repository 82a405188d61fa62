#pragma once
// Makes, shows and revokes API keys: what `keys` does.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/api_key.hpp"
#include "domain/result.hpp"
#include "ports/api_key_store.hpp"
#include "ports/clock.hpp"

namespace invoicing {

/// Fresh random bytes, enough for one key.
using KeyBytes = std::array<std::uint8_t, kKeyIdChars + kKeySecretBytes>;

struct WantedKey {
  std::string name;
  Scopes scopes;
  std::optional<std::chrono::milliseconds> lifetime;  ///< none: it never expires
};

struct MadeKey {
  std::string text;  ///< the key itself: nobody can show it a second time
  ApiKey key;
};

/// Thread-safe. References outlive it.
class ManageApiKeys {
 public:
  /// `random`: cryptographically strong, called once or a few times a key.
  ManageApiKeys(ApiKeyStore& store, const Clock& clock, std::function<KeyBytes()> random)
      : store_(store), clock_(clock), random_(std::move(random)) {}

  /// Errors of ApiKeyStore::add.
  Task<Result<MadeKey>> create(WantedKey wanted);
  /// False: no key has this id. Errors of ApiKeyStore::revoke.
  Task<Result<bool>> revoke(std::string id);
  Task<Result<std::vector<ApiKey>>> list() { return store_.all(); }

 private:
  ApiKeyStore& store_;
  const Clock& clock_;
  std::function<KeyBytes()> random_;
};

}  // namespace invoicing
