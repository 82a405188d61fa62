#pragma once
// The `delivery` of a report: its way to the mailbox, as GET /reports/{businessDay} shows it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/instant.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::codec {

struct RecipientView {
  std::string address;
  std::string state;  ///< waiting, sent, refused, dropped
  std::int64_t attempts = 0;
  std::optional<std::string> last_error;
  std::optional<Instant> sent_at;
};

struct DeliveryView {
  std::string state;  ///< sealed, published, done, dead
  std::string message_id;
  std::int64_t sends = 1;
  std::int64_t attempts = 0;
  std::optional<std::string> last_error;
  Instant sealed_at{};
  std::optional<Instant> published_at;
  std::optional<Instant> done_at;
  std::vector<RecipientView> recipients;
};

/// The JSON object, without blanks.
std::string write_delivery(const DeliveryView& delivery);

/// The answer of GET /reports/{businessDay}: the report with `delivery` as its last member.
std::string write_stored_report(const SalesReport& report, const DeliveryView& delivery);

/// An entry of GET /reports: the report in short with `deliveryState` as its last member.
std::string write_report_summary(const SalesReport& report, std::string_view delivery_state);

}  // namespace invoicing::codec
