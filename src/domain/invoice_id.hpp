#pragma once
// The name of an invoice: 12 bytes shown as 24 hex digits, an ObjectId, in both stores.

#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/instant.hpp"

namespace invoicing {

struct InvoiceId {
  std::array<std::uint8_t, 12> bytes{};

  friend auto operator<=>(const InvoiceId&, const InvoiceId&) = default;

  /// 24 lower-case hex digits.
  std::string to_hex() const;
  /// 24 hex digits of either case, else nothing.
  static std::optional<InvoiceId> from_hex(std::string_view hex);
  /// The first 12 bytes of SHA-256 over owner, NUL, key: the same key always names the same
  /// invoice, so the primary key itself makes a retry harmless. `owner` is the name behind the
  /// API key (empty without keys), so a rotated key still retries.
  static InvoiceId from_idempotency_key(std::string_view owner, std::string_view key);
};

/// Makes ids for invoices that came without a key: 4 bytes of seconds, 5 random bytes of this
/// process, 3 bytes of a counter (the layout of a BSON ObjectId). Thread-safe.
class InvoiceIdGenerator {
 public:
  /// `seed` decides the random bytes and the first count; the program passes real randomness,
  /// a simulation its seed.
  explicit InvoiceIdGenerator(std::uint64_t seed);
  InvoiceId next(Instant now);

 private:
  std::array<std::uint8_t, 5> process_{};
  std::atomic<std::uint32_t> count_;
};

/// SHA-256 of the parsed request before defaults: tells a replay from a clash.
struct RequestHash {
  std::array<std::uint8_t, 32> bytes{};

  friend bool operator==(const RequestHash&, const RequestHash&) = default;
};

/// SHA-256 (FIPS 180-4) of `bytes`. Throws std::runtime_error when OpenSSL cannot. Its library sets
/// itself up in the first call of a process, and where that finds no memory it never works again,
/// or crashes: a program that lives long calls this once before it begins.
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

}  // namespace invoicing
