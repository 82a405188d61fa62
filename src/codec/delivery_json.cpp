#include "codec/delivery_json.hpp"

#include "codec/json_writer.hpp"
#include "codec/report_json.hpp"
#include "codec/report_parts.hpp"

namespace invoicing::codec {
namespace {

void append_recipient(std::string& out, const RecipientView& recipient) {
  out += R"({"address":)";
  append_json_string(out, recipient.address);
  out += R"(,"state":)";
  append_json_string(out, recipient.state);
  out += R"(,"attempts":)";
  append_json_integer(out, recipient.attempts);
  out += R"(,"lastError":)";
  append_json_optional_string(out, recipient.last_error);
  out += R"(,"sentAt":)";
  append_json_optional_instant(out, recipient.sent_at);
  out += '}';
}

}  // namespace

std::string write_delivery(const DeliveryView& delivery) {
  std::string out = R"({"state":)";
  append_json_string(out, delivery.state);
  out += R"(,"messageId":)";
  append_json_string(out, delivery.message_id);
  out += R"(,"sends":)";
  append_json_integer(out, delivery.sends);
  out += R"(,"attempts":)";
  append_json_integer(out, delivery.attempts);
  out += R"(,"lastError":)";
  append_json_optional_string(out, delivery.last_error);
  out += R"(,"sealedAt":)";
  append_json_instant(out, delivery.sealed_at);
  out += R"(,"publishedAt":)";
  append_json_optional_instant(out, delivery.published_at);
  out += R"(,"doneAt":)";
  append_json_optional_instant(out, delivery.done_at);
  out += R"(,"recipients":[)";
  for (const RecipientView& recipient : delivery.recipients) {
    if (out.back() != '[') out += ',';
    append_recipient(out, recipient);
  }
  out += "]}";
  return out;
}

std::string write_stored_report(const SalesReport& report, const DeliveryView& delivery) {
  std::string out = write_report(report);
  out.pop_back();
  out += R"(,"delivery":)";
  out += write_delivery(delivery);
  out += '}';
  return out;
}

std::string write_report_summary(const SalesReport& report, std::string_view delivery_state) {
  std::string out = R"({"reportId":)";
  append_json_string(out, report.report_id);
  out += ',';
  append_report_head(out, report);
  out += R"(,"totalSales":)";
  append_total_sales(out, report);
  out += R"(,"totals":)";
  append_totals(out, report.figures.totals);
  out += R"(,"correctionCount":)";
  append_json_integer(out, static_cast<std::int64_t>(report.corrections.size()));
  out += R"(,"deliveryState":)";
  append_json_string(out, delivery_state);
  out += '}';
  return out;
}

}  // namespace invoicing::codec
