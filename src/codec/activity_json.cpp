#include "codec/activity_json.hpp"

#include "codec/json_writer.hpp"

namespace invoicing::codec {

void append_activity(std::string& out, const Activity& entry) {
  const std::string id = entry.position.id.to_hex();
  out += R"({"at":)";
  append_json_instant(out, entry.position.at);
  switch (entry.position.kind) {
    case ActivityKind::invoice_created:
      out += R"(,"action":"invoice_created","invoiceId":")" + id + '"';
      break;
    case ActivityKind::invoice_voided:
      out += R"(,"action":"invoice_voided","invoiceId":")" + id + '"';
      break;
    case ActivityKind::import_started:
      out += R"(,"action":"import_started","importId":")" + id + '"';
      break;
    case ActivityKind::report_resend_requested:
      out += R"(,"action":"report_resend_requested","businessDay":)";
      append_json_string(out, entry.subject);
      break;
    case ActivityKind::dead_letter_requeue_requested:
      out += R"(,"action":"dead_letter_requeue_requested","messageId":)";
      append_json_string(out, entry.subject);
      break;
    case ActivityKind::dead_letter_drop_requested:
      out += R"(,"action":"dead_letter_drop_requested","messageId":)";
      append_json_string(out, entry.subject);
      break;
  }
  out += R"(,"by":)";
  append_json_string_or_null(out, entry.by);
  out += '}';
}

}  // namespace invoicing::codec
