#pragma once
// Runs reports with hostile texts through the renderer of mails: whatever stands in them, the mail
// is a well-formed one of ours, and its page holds no markup but the template's.

#include <algorithm>
#include <string>
#include <string_view>

#include "codec/invoice_csv.hpp"
#include "codec/report_json.hpp"
#include "mail/display_text.hpp"
#include "mail/mail_templates.hpp"
#include "mail/report_mail_renderer.hpp"
#include "tests/fuzz/fuzzed_report.hpp"
#include "tests/fuzz/mail_oracle.hpp"
#include "tests/unit/mail/parsed_mail.hpp"

namespace invoicing::fuzz {

inline const mail::ReportMailRenderer& fuzzed_renderer() {
  static const auto instance = mail::ReportMailRenderer::create(
      {"Example Shop <sales@shop.example>", "https://shop.example/", {}});
  return **instance;
}

inline void check_parts(const mail::ParsedMail& mail, const SalesReport& report) {
  require(mail.parts.size() == 3 || mail.parts.size() == 4, "text, page, perhaps a picture, CSV");
  require(mail.parts.back().type == "text/csv" &&
              mail.parts.back().content == codec::write_sku_csv(report),
          "all quantities in the attachment");
  const std::string& text = mail.part("text/plain").content;
  require(mail::is_valid_utf8(text) && text.find('\0') == std::string::npos, "a text to be read");
  const std::string& html = mail.part("text/html").content;
  require(mail::is_valid_utf8(html), "a page in UTF-8");
  HtmlOracle::check(html);
  if (mail.parts.size() == 4) {
    require(mail.parts[2].content.starts_with("\x89PNG"), "a picture");
    require(html.find("src=\"cid:" + mail.parts[2].content_id + '"') != std::string::npos,
            "a picture that is shown");
  }
}

inline void check_mail(const SalesReport& report, const std::string& message_id,
                       const std::string& recipient, bool may_refuse) {
  const auto rendered = fuzzed_renderer().render(report, message_id, recipient, {});
  if (!rendered) {
    require(may_refuse && rendered.error().code() == ErrorCode::validation_failed,
            "a mail for whoever has an address, whatever the report says");
    return;
  }
  check_mail_bytes(rendered->content);
  const mail::ParsedMail mail = mail::parse_mail(rendered->content);
  require(mail.headers.at("Message-Id") == rendered->message_id, "the id that the ledger keeps");
  check_parts(mail, report);
}

/// The first byte chooses: a report as the queue brings it, a template, or a report that is made of
/// the bytes, message id and perhaps recipient too.
inline void exercise_mail(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto choice = static_cast<unsigned char>(bytes.front()) % 8;
  bytes.remove_prefix(1);
  if (choice == 0) {
    const auto report = codec::read_report_message(bytes);
    if (report) check_mail(*report, "6921a0f0c0ffee0123456789", "boss@shop.example", false);
    return;
  }
  if (choice == 1) {
    const std::string fault = mail::template_fault(bytes);
    require(fault.find('\n') == std::string::npos, "one line about a template");
    return;
  }
  FuzzedReport source(bytes);
  const std::string message_id = source.text();
  const std::string recipient = choice == 2 ? source.text() : std::string("boss@shop.example");
  const SalesReport report = source.next();
  check_mail(report, message_id, recipient, choice == 2);
  if (choice != 3) return;
  const auto page = fuzzed_renderer().render_html(report);
  require(page.has_value() && mail::is_valid_utf8(*page), "a page in UTF-8");
  HtmlOracle::check(*page);
}

}  // namespace invoicing::fuzz
