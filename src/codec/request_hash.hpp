#pragma once
// What makes two requests the same request.

#include <optional>
#include <string_view>

#include "domain/invoice.hpp"

namespace invoicing::codec {

/// What a client sent, parsed, before any default of ours: neither a changed configuration nor the
/// way of writing the same values makes another request of it.
struct RequestContent {
  const Invoice& invoice;
  bool has_currency = false;
  /// The date as sent: an instant, or a reading of the wall clock when it came without an offset.
  std::optional<Instant> instant;
  std::optional<LocalTime> local;
};

/// SHA-256 over an unambiguous form: every part with its length, metadata in order of key.
RequestHash hash_request(const RequestContent& content);

}  // namespace invoicing::codec
