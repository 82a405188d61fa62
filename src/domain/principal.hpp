#pragma once
// Who calls.

#include <string>

#include "domain/scope.hpp"

namespace invoicing {

/// A caller whose key or token was checked, or anybody where nobody is asked.
struct Principal {
  /// What stands in `createdBy` and `voidedBy`: the id of the API key, or "jwt:" and the subject.
  /// Empty where nobody is asked.
  std::string id;
  /// Whose idempotency keys these are: the name behind the API key, so that a rotated key still
  /// retries; "jwt:" and the subject, which no key can be named. Empty where nobody is asked.
  std::string owner;
  Scopes scopes;
};

}  // namespace invoicing
