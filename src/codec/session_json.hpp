#pragma once
// The bodies of POST and GET /session.

#include <optional>
#include <string>
#include <string_view>

#include "domain/instant.hpp"
#include "domain/principal.hpp"
#include "domain/result.hpp"

namespace invoicing::codec {

/// {"by":"h7km2qx9","name":"till-7","scopes":["invoices:read"],"expiresAt":"…"}, without blanks.
/// null for what an unasked caller does not have, and where nothing says when it ends.
std::string write_session(const Principal& caller, const std::optional<Instant>& expires_at);

/// Reads {"key": "ik_…"}; whether it is a key of ours is for others to say. Errors malformed_json,
/// validation_failed; neither repeats what was sent.
Result<std::string> read_log_in_request(std::string_view body);

}  // namespace invoicing::codec
