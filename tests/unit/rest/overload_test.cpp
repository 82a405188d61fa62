// What is refused when there is more to write than can be done.

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "rest/invoice_routes.hpp"
#include "tests/support/memory/activity_log.hpp"
#include "tests/support/memory/invoice_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::rest {
namespace {

constexpr std::string_view kInvoice =
    R"({"customer":"Jane Doe","amount":1,"reference":"R","items":[{"sku":"a","qt":1}]})";

class WholeBody final : public http::BodyReader {
 public:
  explicit WholeBody(std::string_view text) : text_(text) {}
  Task<Result<std::string>> read_all() override { co_return std::string(text_); }
  Task<Result<std::string_view>> read_some() override {
    co_return std::exchange(text_, std::string_view());
  }

 private:
  std::string_view text_;
};

class Ignoring final : public Observer {
 public:
  void observe(const Event&) override {}
};

class OverloadTest : public ::testing::Test {
 protected:
  struct Limits {
    std::size_t most = 256;
    std::size_t most_behind = 32;
    std::chrono::milliseconds lag_max{50};
  };

  void listen(Limits limits) {
    InvoiceDoors doors{
        create_, void_, store_, observer_, calendar_, Currency(), Authentication::off(), activity_};
    doors.writes_max = limits.most;
    doors.writes_max_behind = limits.most_behind;
    doors.lag_max = limits.lag_max;
    router_ = std::make_unique<http::Router>();
    add_invoice_routes(*router_, doors);
  }

  http::Response send(http::Method method, std::string_view path, std::string_view body,
                      std::chrono::milliseconds lag = {}) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.thread_lag = lag;
    if (!body.empty()) request.headers = {{"Content-Type", "application/json"}};
    const auto match = router_->match(request);
    WholeBody reader(body);
    return testing::run(io_, match.route->handler(request, reader));
  }
  unsigned post(std::chrono::milliseconds lag = {}) {
    return send(http::Method::post, "/invoices", kInvoice, lag).status;
  }

  boost::asio::io_context io_{1};
  std::shared_ptr<memory::Invoices> invoices_ = std::make_shared<memory::Invoices>();
  memory::MemoryInvoiceStore store_{invoices_};
  memory::ManualClock clock_{Instant{std::chrono::hours{500'000}}};
  InvoiceIdGenerator ids_{7};
  CreateInvoice create_{store_, clock_, ids_};
  VoidInvoice void_{store_, clock_};
  memory::MemoryActivityLog log_{invoices_};
  RecordActivity activity_{log_, clock_, ids_};
  Ignoring observer_;
  BusinessCalendar calendar_ = *BusinessCalendar::create("UTC", "12:00");
  std::unique_ptr<http::Router> router_;
};

TEST_F(OverloadTest, AWriteTooManyIsRefusedWithTheTimeToWaitAndStoresNothing) {
  listen({.most = 0});
  const http::Response answer = send(http::Method::post, "/invoices", kInvoice);
  EXPECT_EQ(answer.status, 503U);
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0].name, "Retry-After");
  EXPECT_GE(std::stoi(answer.headers[0].value), 1);
  EXPECT_NE(std::get<std::string>(answer.body).find(R"("code":"overloaded")"), std::string::npos);
  EXPECT_TRUE(invoices_->by_id.empty());
  EXPECT_EQ(send(http::Method::post, "/invoices/6921a0f0c0ffee0123456789/void", R"({"reason":"x"})")
                .status,
            503U);
}

TEST_F(OverloadTest, ReadingGoesOn) {
  listen({.most = 0});
  EXPECT_EQ(send(http::Method::get, "/invoices", "", std::chrono::seconds{1}).status, 200U);
}

TEST_F(OverloadTest, APlaceIsFreeAgainAfterItsWriteWhateverBecameOfIt) {
  listen({.most = 1});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(post(), 201U);
    EXPECT_EQ(send(http::Method::post, "/invoices", "{").status, 400U);
    EXPECT_EQ(
        send(http::Method::post, "/invoices/6921a0f0c0ffee0123456789/void", R"({"reason":"x"})")
            .status,
        404U);
  }
}

TEST_F(OverloadTest, AThreadThatIsBehindTakesFewerWrites) {
  listen({.most = 1, .most_behind = 0, .lag_max = std::chrono::milliseconds{20}});
  EXPECT_EQ(post(std::chrono::milliseconds{20}), 201U);
  EXPECT_EQ(post(std::chrono::milliseconds{21}), 503U);
  EXPECT_EQ(post(std::chrono::milliseconds{0}), 201U);
}

}  // namespace
}  // namespace invoicing::rest
