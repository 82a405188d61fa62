#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "codec/json_tree.hpp"
#include "codec/report_json.hpp"
#include "tests/unit/codec/random_report.hpp"

namespace invoicing::codec {
namespace {

constexpr const char* kOriginal =
    R"({"pattern":"daily_sales_report","data":{"generatedAt":"2025-01-30T12:00:00.123Z","totalSales":12.5,)"
    R"("totalSkuQuantities":[{"sku":"b","qt":2},{"sku":"a","qt":0.30000000000000004}]}})";

TEST(ReportMessage, OfTheOriginalIsRead) {
  const auto report = read_report_message(kOriginal);
  ASSERT_TRUE(report) << report.error().detail();
  EXPECT_EQ(report->number, 0);
  EXPECT_EQ(report->report_id, "");
  EXPECT_TRUE(report->window.empty());
  EXPECT_EQ(format_instant(report->generated_at), "2025-01-30T12:00:00.123Z");
  EXPECT_EQ(format_day(report->business_day), "2025-01-30");
  EXPECT_TRUE(total_of(report->figures.totals, Currency()).amount_minor == 1'250);
  EXPECT_EQ(report->figures.skus, (std::vector<SkuQuantity>{{"a", 300}, {"b", 2'000}}));
}

TEST(ReportMessage, OfTheOriginalIsRoundedHalfToEven) {
  const auto total = [](const char* amount, const char* currency) {
    std::string text = kOriginal;
    text.replace(text.find("12.5"), 4, amount);
    const auto report = read_report_message(text, *Currency::from_code(currency));
    return report ? static_cast<std::int64_t>(
                        total_of(report->figures.totals, report->currency).amount_minor)
                  : -1;
  };
  EXPECT_EQ(total("0.30000000000000004", "USD"), 30);
  EXPECT_EQ(total("1.005", "USD"), 100);
  EXPECT_EQ(total("1.015", "USD"), 102);
  EXPECT_EQ(total("12.5", "JPY"), 12);
  EXPECT_EQ(total("1.5e3", "JPY"), 1'500);
  EXPECT_EQ(total("0", "USD"), 0);
  EXPECT_EQ(total("1e300", "USD"), -1);
  EXPECT_EQ(total("1e999", "USD"), -1);
  EXPECT_EQ(total("\"12\"", "USD"), -1);
  EXPECT_EQ(total("null", "USD"), -1);
}

TEST(ReportMessage, MayComeWithoutTheEnvelopeOrWithAPatternThatIsAnObject) {
  const SalesReport report = RandomReport(3).next();
  const std::string data = write_report(report);
  EXPECT_EQ(*read_report_message(data), report);
  EXPECT_EQ(*read_report_message(R"({"data":)" + data +
                                 R"(,"id":"x","pattern":{"cmd":"daily_sales_report"}})"),
            report);
}

TEST(ReportMessage, OfAnotherKindCanNeverBeRead) {
  const auto code_of = [](std::string_view body) {
    const auto report = read_report_message(body);
    EXPECT_FALSE(report) << body;
    return report ? ErrorCode::internal_error : report.error().code();
  };
  for (const char* body : {"", "x", "[]", "{", "\"daily_sales_report\""}) {
    EXPECT_EQ(code_of(body), ErrorCode::malformed_json) << body;
  }
  for (
      const char* body :
      {"{}", R"({"pattern":"other","data":{}})", R"({"pattern":"daily_sales_report"})",
       R"({"pattern":"daily_sales_report","data":null})", R"({"pattern":7,"data":{}})",
       R"({"pattern":"daily_sales_report","data":[]})",
       R"({"pattern":"daily_sales_report","data":{"schema":1}})", R"({"schema":2})",
       R"({"generatedAt":"x","totalSales":1,"totalSkuQuantities":[]})",
       R"({"generatedAt":"2025-01-30T12:00:00Z","totalSales":1,"totalSkuQuantities":{}})",
       R"({"generatedAt":"2025-01-30T12:00:00Z","totalSales":1,"totalSkuQuantities":[{"sku":1,"qt":1}]})"}) {
    EXPECT_EQ(code_of(body), ErrorCode::validation_failed) << body;
  }
}

TEST(ReportMessage, MutatedAtRandomIsReadOrRefusedAndNeverACrash) {
  const std::uint64_t seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  RandomReport reports(seed);
  const std::string pieces[] = {
      "null", "-1", "1e400", "[]", "{}", "\"\"", "true", "9223372036854775808", ",", ":"};
  for (int round = 0; round < 3'000; ++round) {
    std::string text = write_report_message(reports.next());
    for (int change = 0; change < 2; ++change) {
      const std::string& piece = pieces[random() % std::size(pieces)];
      text.replace(random() % text.size(), random() % 9, piece);
    }
    const auto report = read_report_message(text);
    if (report && report->number > 0)
      EXPECT_EQ(*read_report_message(write_report_message(*report)), *report);
  }
}

TEST(ReportMessage, OfTheContractsExampleIsRead) {
  std::ifstream file(std::string(INVOICING_SOURCE_DIR) + "/tests/fuzz/corpus/csv/message");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto report = read_report_message(text);
  ASSERT_TRUE(report) << report.error().detail();
  EXPECT_EQ(report->number, 12);
  EXPECT_EQ(report->history.size(), 14U);
  EXPECT_EQ(report->corrections.size(), 1U);
  ASSERT_TRUE(report->same_weekday_last_week);
  EXPECT_EQ(report->same_weekday_last_week->number, 5);
}

}  // namespace
}  // namespace invoicing::codec
