#pragma once
// A dead letter as GET /dead-letters shows it.

#include <cstdint>
#include <optional>
#include <string>

#include "domain/instant.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::codec {

struct DeadLetterView {
  std::string message_id;
  std::optional<Day> business_day;
  Instant since{};
  std::int64_t attempts = 0;
  std::string reason;
};

/// The JSON object, without blanks.
void append_dead_letter(std::string& out, const DeadLetterView& letter);

}  // namespace invoicing::codec
