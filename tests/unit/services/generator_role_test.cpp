// The loop around closing and publishing: what makes it look again sooner than it rests.

#include "services/common/generator_role.hpp"

#include <gtest/gtest.h>

#include "app/open_books.hpp"
#include "tests/support/memory/delivery_ledger.hpp"
#include "tests/support/memory/invoice_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/memory/report_queue.hpp"
#include "tests/support/memory/report_store.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::services {
namespace {

class IgnoringObserver final : public Observer {
 public:
  void observe(const Event&) override {}
};

// Takes nothing for the first time it is asked, and ends the role when it has taken something.
class OnceClosedQueue final : public ReportPublisher {
 public:
  Task<Result<void>> publish(const ReportMessage&) override {
    if (++asked == 1) co_return Error(ErrorCode::queue_unavailable, "the disk is full");
    role->stop();
    co_return Result<void>();
  }

  GeneratorRole* role = nullptr;
  int asked = 0;
};

TEST(GeneratorRole, looks_again_soon_at_a_report_that_the_queue_did_not_take) {
  boost::asio::io_context context{1};
  memory::ManualClock clock{testing::at()};
  const auto invoices = std::make_shared<memory::Invoices>();
  memory::MemorySalesLedger ledger{invoices};
  memory::MemoryReportStore reports;
  memory::MemoryDeliveryLedger deliveries;
  OnceClosedQueue queue;
  IgnoringObserver observer;
  InvoiceIdGenerator ids{7};
  const BusinessCalendar calendar = *BusinessCalendar::create("UTC", "12:00");
  ASSERT_TRUE(testing::run(context, open_books(reports, calendar, clock)));
  clock.advance(std::chrono::hours{24});

  CloseDays close({reports, ledger, clock, observer, ids}, calendar, Currency());
  PublishReports publish(reports, reports, deliveries, queue, clock, observer);
  // It would rest far beyond the time that a test may take.
  GeneratorRole role(context.get_executor(), close, publish, clock, observer, testing::test_seed(),
                     {.outbox_check = std::chrono::hours{1}, .before_closing = {}});
  queue.role = &role;
  testing::run(context, role.run());
  EXPECT_EQ(queue.asked, 2);
}

}  // namespace
}  // namespace invoicing::services
