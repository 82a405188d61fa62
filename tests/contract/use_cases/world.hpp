#pragma once
// A whole installation in a test: adapters of one kind, a clock that the test moves, and the use
// cases made anew for each step, so that zone, cut-off and process may change between steps.

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "app/audit_books.hpp"
#include "app/close_days.hpp"
#include "app/deliver_report.hpp"
#include "app/delivery_status.hpp"
#include "app/open_books.hpp"
#include "app/preview_day.hpp"
#include "app/publish_reports.hpp"
#include "ports/mailer.hpp"
#include "ports/observer.hpp"
#include "tests/contract/adapters.hpp"
#include "tests/support/memory/mail_transport.hpp"

namespace invoicing::testing {

class IgnoringObserver final : public Observer {
 public:
  void observe(const Event&) override {}
};

/// The least that is a mail: the ids in its header, the report's number as its content.
class PlainRenderer final : public MailRenderer {
 public:
  Result<OutgoingMail> render(const SalesReport& report, const std::string& message_id,
                              const std::string& recipient, const Trace&) const override {
    return OutgoingMail{"<" + message_id + "." + recipient + ">", "from@localhost", recipient,
                        std::to_string(report.number)};
  }
  Result<std::string> render_html(const SalesReport&) const override { return std::string(); }
};

class World {
 public:
  /// Books open at once: with zone and cut-off as given, at `now`.
  World(const AdapterKind& kind, const std::string& zone, const std::string& cut_off, Instant now);

  template <typename T>
  T run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  void change_calendar(const std::string& zone, const std::string& cut_off);
  void open_books_now();

  /// Stores one invoice of `amount_minor` USD and `qt_milli` of `sku`; returns it.
  Invoice enter(Instant date, std::int64_t amount_minor = 1000, const std::string& sku = "A",
                std::int64_t qt_milli = 1000);
  void make_void(const Invoice& invoice);

  Result<int> close(Backlog backlog = Backlog::refuse);
  /// close(), which must seal `reports` days.
  void close_exactly(int reports);
  void publish();
  /// Delivers until nothing is due.
  void deliver(std::vector<std::string> recipients = {"a@x"});
  void deliver(std::vector<std::string> recipients, Outbox& outbox);
  SalesReport report(ReportNumber number);
  AuditResult audit();
  DeliveryStatus status(ReportNumber number);
  Result<DeliveryStatus> resend(ReportNumber number);

  /// Everything that reports say of sales, added up.
  Figures sum_of_reports();

  boost::asio::io_context io{1};
  std::unique_ptr<Adapters> adapters;
  BusinessCalendar calendar;
  Currency currency;
  IgnoringObserver observer;
  InvoiceIdGenerator ids{7};
  std::chrono::hours give_up_after = DeliverOptions{}.give_up_after;
  PlainRenderer renderer;
  memory::RecordingMailTransport transport;

 private:
  std::uint64_t entered_ = 0;
};

/// "2026-01-05T10:00:00Z" as an instant.
Instant utc(const std::string& text);

/// One report is sealed and published.
class OnePublishedReport : public ::testing::TestWithParam<AdapterKind> {
 protected:
  OnePublishedReport() {
    world.enter(utc("2026-01-05T11:00:00Z"));
    world.adapters->clock.set(utc("2026-01-05T12:00:00Z"));
    world.close_exactly(1);
    world.publish();
  }

  /// The Message-IDs that the mail server has taken, in order.
  std::vector<std::string> accepted() const {
    std::vector<std::string> mails;
    for (const OutgoingMail& mail : world.transport.accepted()) mails.push_back(mail.message_id);
    return mails;
  }
  std::string id() { return world.report(1).report_id; }

  World world{GetParam(), "UTC", "12:00", utc("2026-01-05T10:00:00Z")};
};

/// "USD 2 1000 0, A 2000": totals and quantities in one line, for comparison and for reading.
std::string show(const Figures& figures);

/// "3:2026-01-05[…]": corrections in one line.
std::string show(const std::vector<Correction>& corrections);

}  // namespace invoicing::testing
