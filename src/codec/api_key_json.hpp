#pragma once
// An API key as one line of a file of keys:
//   {"id":"h7km2qx9","name":"till-7","scopes":"invoices:read,invoices:write","sha256":"…64 hex…",
//    "createdAt":"2026-11-22T10:00:00.000Z","expiresAt":null,"revokedAt":null}

#include <string>
#include <string_view>

#include "domain/api_key.hpp"
#include "domain/result.hpp"

namespace invoicing::codec {

/// One line without its end.
std::string write_api_key(const ApiKey& key);

/// The members in any order; expiresAt and revokedAt may be left out, unknown ones are refused.
/// Errors malformed_json and validation_failed, with what is wrong.
Result<ApiKey> read_api_key(std::string_view line);

}  // namespace invoicing::codec
