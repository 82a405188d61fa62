#pragma once
// The door to tokens that somebody else has signed. Adapter: jwt.

#include <memory>
#include <string_view>

#include "domain/instant.hpp"
#include "domain/principal.hpp"

namespace invoicing {

/// Thread-safe; never blocks.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;

  /// Who the token names; null where it is not valid at `now`, whatever is wrong with it.
  virtual std::shared_ptr<const Principal> verify(std::string_view token, Instant now) = 0;

  /// Whether there are keys to verify with.
  virtual bool is_ready() const = 0;
};

}  // namespace invoicing
