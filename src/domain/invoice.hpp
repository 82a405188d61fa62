#pragma once
// An invoice and its two states: issued, and void (for good).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/instant.hpp"
#include "domain/invoice_id.hpp"
#include "domain/money.hpp"
#include "domain/quantity.hpp"

namespace invoicing {

struct Item {
  std::string sku;
  Quantity qt;

  friend bool operator==(const Item&, const Item&) = default;
};

enum class InvoiceStatus { issued, voided };

/// Who, when and why; there once the invoice is void, and never changed afterwards.
struct Voiding {
  Instant at{};
  std::string reason;
  std::string by;  ///< id of the API key; empty while there are none

  friend bool operator==(const Voiding&, const Voiding&) = default;
};

using Metadata = std::vector<std::pair<std::string, std::string>>;  ///< in the order of arrival

struct Invoice {
  InvoiceId id;
  std::string customer;
  Money amount;
  std::string reference;
  Instant date{};  ///< decides the business day
  std::vector<Item> items;
  Metadata metadata;
  Instant recorded_at{};   ///< when this service took it
  std::string created_by;  ///< id of the API key; empty while there are none
  RequestHash request_hash;
  std::optional<Voiding> voiding;

  InvoiceStatus status() const { return voiding ? InvoiceStatus::voided : InvoiceStatus::issued; }

  friend bool operator==(const Invoice&, const Invoice&) = default;
};

// Limits of the API; each fault that they cause names its place.
inline constexpr std::size_t kMaxCustomerChars = 200;
inline constexpr std::size_t kMaxReferenceChars = 200;
inline constexpr std::size_t kMaxSkuChars = 100;
inline constexpr std::size_t kMaxItems = 1000;
inline constexpr std::size_t kMaxMetadataPairs = 20;
inline constexpr std::size_t kMaxMetadataKeyChars = 40;
inline constexpr std::size_t kMaxMetadataValueChars = 500;
inline constexpr std::size_t kMaxVoidReasonChars = 500;
inline constexpr std::size_t kMaxIdempotencyKeyChars = 200;

}  // namespace invoicing
