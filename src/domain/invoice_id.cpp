#include "domain/invoice_id.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

#include "domain/hex.hpp"

namespace invoicing {
namespace {

constexpr std::uint32_t kCountMask = 0xFF'FFFF;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::runtime_error no_sha256() {
  return std::runtime_error("OpenSSL cannot compute SHA-256");
}

/// Fetched once: OpenSSL 3 looks the algorithm up anew in each call otherwise, under a lock.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched != nullptr ? fetched : throw no_sha256();
  }();
  return algorithm;
}

/// SplitMix64 (Steele, Lea, Flood 2014): spreads a seed over all bits.
std::uint64_t mix(std::uint64_t seed) {
  seed += 0x9E37'79B9'7F4A'7C15;
  seed = (seed ^ (seed >> 30)) * 0xBF58'476D'1CE4'E5B9;
  seed = (seed ^ (seed >> 27)) * 0x94D0'49BB'1331'11EB;
  return seed ^ (seed >> 31);
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, sha256_algorithm(), nullptr) !=
          1 ||
      size != digest.size()) {
    throw no_sha256();
  }
  return digest;
}

std::string InvoiceId::to_hex() const {
  return invoicing::to_hex(bytes);
}

std::optional<InvoiceId> InvoiceId::from_hex(std::string_view hex) {
  InvoiceId id;
  if (hex.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

InvoiceId InvoiceId::from_idempotency_key(std::string_view owner, std::string_view key) {
  std::string name;
  name.reserve(owner.size() + 1 + key.size());
  name += owner;
  name += '\0';
  name += key;
  const auto digest = sha256(name);
  InvoiceId id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

InvoiceIdGenerator::InvoiceIdGenerator(std::uint64_t seed)
    : count_(static_cast<std::uint32_t>(mix(seed + 1))) {
  std::uint64_t bits = mix(seed);
  for (std::uint8_t& byte : process_) {
    byte = static_cast<std::uint8_t>(bits);
    bits >>= 8;
  }
}

InvoiceId InvoiceIdGenerator::next(Instant now) {
  const auto seconds = static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  const std::uint32_t count = count_.fetch_add(1, std::memory_order_relaxed) & kCountMask;
  InvoiceId id;
  for (std::size_t i = 0; i < 4; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  }
  std::copy(process_.begin(), process_.end(), id.bytes.begin() + 4);
  for (std::size_t i = 0; i < 3; ++i) {
    id.bytes[9 + i] = static_cast<std::uint8_t>(count >> (16 - 8 * i));
  }
  return id;
}

}  // namespace invoicing
