#include <chrono>
#include <string>
#include <utility>

#include "domain/invoice_id.hpp"
#include "services/common/random_seed.hpp"
#include "services/common/system_clock.hpp"
#include "services/email_sender/commands.hpp"

namespace invoicing::services {

namespace {

// The running day with no sales: nobody can take a figure in it for a real one.
SalesReport test_report(const BusinessOptions& business, Instant now) {
  const Day day = business.calendar.day_of(now);
  SalesReport report;
  report.sealed = false;
  report.number = 1;
  report.business_day = day;
  report.window = business.calendar.window_of(day);
  report.time_zone = business.calendar.zone_name();
  report.cut_off = business.calendar.cut_off_text();
  report.generated_at = now;
  report.currency = business.currency;
  return report;
}

std::string line_of(const std::string& recipient, const MailOutcome& outcome) {
  switch (outcome.result) {
    case MailResult::accepted:
      return recipient + ": taken\n";
    case MailResult::refused:
      return recipient + ": refused (" + std::string(to_string(outcome.reason)) +
             "): " + outcome.detail + "\n";
    case MailResult::try_again:
      break;
  }
  return recipient + ": not now (" + std::string(to_string(outcome.reason)) +
         "): " + outcome.detail + "\n";
}

}  // namespace

Task<CommandOutcome> send_test(const EmailSenderOptions& options, MailParts& mail) {
  const SystemClock clock;
  const Instant now = clock.now();
  InvoiceIdGenerator ids(random_seed());
  const std::string message_id = "test-" + ids.next(now).to_hex();
  const SalesReport report = test_report(options.business, now);
  CommandOutcome outcome;
  for (const std::string& recipient : options.mail.to) {
    const auto rendered = mail.renderer->render(report, message_id, recipient, {});
    if (!rendered) {
      outcome.exit_code = kFailed;
      outcome.text += recipient + ": cannot be written: " + rendered.error().detail() + "\n";
      continue;
    }
    const MailOutcome sent = co_await mail.transport->send(*rendered);
    if (sent.result != MailResult::accepted) outcome.exit_code = kFailed;
    outcome.text += line_of(recipient, sent);
  }
  co_return outcome;
}

}  // namespace invoicing::services
