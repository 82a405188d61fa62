#include "codec/report_json.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "codec/json_tree.hpp"
#include "tests/unit/codec/random_report.hpp"

namespace invoicing::codec {
namespace {

Instant utc(const char* text) {
  return *parse_rfc3339(text);
}

SalesReport sample() {
  const Currency euro = *Currency::from_code("EUR");
  SalesReport report;
  report.report_id = "6921a0f0c0ffee0123456789";
  report.number = 12;
  report.business_day = *parse_day("2026-11-22");
  report.window = {utc("2026-11-21T11:00:00Z"), utc("2026-11-22T11:00:00Z")};
  report.time_zone = "Europe/Berlin";
  report.cut_off = "12:00";
  report.generated_at = utc("2026-11-22T11:00:00.412Z");
  report.currency = euro;
  report.figures = {{{euro, 3, 31'050, 1}}, {{"DG334", 2'000}, {"DG335", 1'500}}};
  report.corrections = {{10,
                         *parse_day("2026-11-20"),
                         utc("2026-11-19T11:00:00Z"),
                         utc("2026-11-20T11:00:00Z"),
                         {{{euro, -1, -4'000, 1}}, {{"DG334", -1'000}}}}};
  report.mark.seen_until = utc("2026-11-22T11:00:00.002Z");
  report.previous_day = ComparedDay{11, *parse_day("2026-11-21"), {{euro, 4, 27'530, 0}}};
  report.history = {{*parse_day("2026-11-08"), std::nullopt},
                    {*parse_day("2026-11-21"), report.previous_day}};
  return report;
}

TEST(ReportJson, HasTheFormOfTheContract) {
  EXPECT_EQ(
      write_report(sample()),
      R"({"schema":1,"reportId":"6921a0f0c0ffee0123456789","number":12,"businessDay":"2026-11-22",)"
      R"("from":"2026-11-21T11:00:00.000Z","to":"2026-11-22T11:00:00.000Z","timeZone":"Europe/Berlin","cutOff":"12:00",)"
      R"("generatedAt":"2026-11-22T11:00:00.412Z","currency":"EUR","totalSales":310.50,)"
      R"("totalSkuQuantities":[{"sku":"DG334","qt":2},{"sku":"DG335","qt":1.5}],)"
      R"("totals":[{"currency":"EUR","invoices":3,"amount":310.50,"voids":1}],)"
      R"("corrections":[{"number":10,"businessDay":"2026-11-20","from":"2026-11-19T11:00:00.000Z",)"
      R"("to":"2026-11-20T11:00:00.000Z","totals":[{"currency":"EUR","invoices":-1,"amount":-40.00,"voids":1}],)"
      R"("skuQuantities":[{"sku":"DG334","qt":-1}]}],"openingBalance":null,"seenUntil":"2026-11-22T11:00:00.002Z",)"
      R"("pending":[],"comparisons":{"previousDay":{"number":11,"businessDay":"2026-11-21",)"
      R"("totals":[{"currency":"EUR","invoices":4,"amount":275.30,"voids":0}]},"sameWeekdayLastWeek":null},)"
      R"("history":[{"businessDay":"2026-11-08","number":null,"totals":null},{"businessDay":"2026-11-21","number":11,)"
      R"("totals":[{"currency":"EUR","invoices":4,"amount":275.30,"voids":0}]}]})");
}

TEST(ReportJson, OfTheRunningDaySaysThatItIsNotSealed) {
  SalesReport report = sample();
  report.sealed = false;
  const std::string text = write_report(report);
  EXPECT_TRUE(text.starts_with(R"({"sealed":false,"schema":1,"number":12,)")) << text;
  EXPECT_EQ(text.find("reportId"), std::string::npos);
  EXPECT_EQ(text.find("seenUntil"), std::string::npos);
}

TEST(ReportJson, WritesTheOpeningBalanceWithoutADay) {
  SalesReport report = sample();
  report.opening_balance =
      Correction{0, std::nullopt, std::nullopt, utc("2026-11-21T11:00:00Z"), {}};
  EXPECT_NE(
      write_report(report).find(
          R"("openingBalance":{"number":0,"businessDay":null,"from":null,"to":"2026-11-21T11:00:00.000Z","totals":[],"skuQuantities":[]})"),
      std::string::npos);
  EXPECT_EQ(*read_report(write_report(report)), report);
}

TEST(ReportJson, TotalSalesAreThoseOfTheReportsCurrencyAlone) {
  SalesReport report = sample();
  report.currency = *Currency::from_code("JPY");
  EXPECT_NE(write_report(report).find(R"("totalSales":0,)"), std::string::npos);
}

TEST(ReportJson, ReadsBackRandomReports) {
  const std::uint64_t seed = 20261122;
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomReport random(seed);
  for (int round = 0; round < 1'000; ++round) {
    const SalesReport report = random.next();
    const auto read = read_report(write_report(report));
    ASSERT_TRUE(read) << read.error().detail();
    ASSERT_EQ(*read, report) << write_report(report);
    const auto received = read_report_message(write_report_message(report));
    ASSERT_TRUE(received);
    ASSERT_EQ(*received, report);
  }
}

TEST(ReportJson, LeavesOutTheSequenceOfTheMark) {
  SalesReport report = sample();
  report.mark.sequence = 7;
  const auto read = read_report(write_report(report));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->mark.sequence, 0);
  EXPECT_EQ(read->mark.seen_until, report.mark.seen_until);
}

/// sample() with `old` replaced by `fresh` in its text.
Result<SalesReport> read_with(std::string_view old, std::string_view fresh) {
  std::string text = write_report(sample());
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  text.replace(at, old.size(), fresh);
  return read_report(text);
}

struct Damage {
  const char* old_text;
  const char* new_text;
  const char* named;  // what the error has to name
};

class DamagedReport : public testing::TestWithParam<Damage> {};

TEST_P(DamagedReport, IsRefusedByTheNameOfItsMember) {
  const auto report = read_with(GetParam().old_text, GetParam().new_text);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), ErrorCode::stored_data_invalid);
  EXPECT_NE(report.error().detail().find(GetParam().named), std::string::npos)
      << report.error().detail();
}

INSTANTIATE_TEST_SUITE_P(
    Damages, DamagedReport,
    testing::Values(
        Damage{"\"schema\":1", "\"schema\":2", "/schema"},
        Damage{"\"schema\":1", "\"schema\":\"1\"", "/schema"},
        Damage{"\"number\":12", "\"number\":0", "/number"},
        Damage{"\"number\":12", "\"number\":1e99", "/number"},
        Damage{"\"number\":12", "\"number\":1.5", "/number"},
        Damage{"\"number\":12", "\"number\":null", "/number"},
        Damage{"6921a0f0c0ffee0123456789", "6921A0F0C0FFEE0123456789", "/reportId"},
        Damage{"6921a0f0c0ffee0123456789", "x\\r\\nBcc: y", "/reportId"},
        Damage{"2026-11-22\",", "2026-11-31\",", "/businessDay"},
        Damage{"\"to\":\"2026-11-22", "\"to\":\"2026-11-20", "/to"},
        Damage{"Europe/Berlin", "Europe\\r\\nBerlin", "/timeZone"},
        Damage{"\"12:00\"", "\"25:00\"", "/cutOff"},
        Damage{"\"currency\":\"EUR\"", "\"currency\":\"eur\"", "/currency"},
        Damage{"\"totalSales\":310.50", "\"totalSales\":310.51", "/totalSales"},
        Damage{"\"totalSales\":310.50", "\"totalSales\":\"310.50\"", "/totalSales"},
        Damage{"\"qt\":1.5", "\"qt\":1.5001", "/totalSkuQuantities/1/qt"},
        Damage{"\"DG335\"", "\"DG334\"", "/totalSkuQuantities"},
        Damage{"\"DG335\"", "335", "/totalSkuQuantities/1/sku"},
        Damage{"\"invoices\":3", "\"invoices\":9e18", "/totals/0/invoices"},
        Damage{"\"amount\":-40.00", "\"amount\":-40.001", "/corrections/0/totals/0/amount"},
        Damage{"\"amount\":-40.00", "\"amount\":-1e40", "/corrections/0/totals/0/amount"},
        Damage{"\"corrections\":[{", "\"corrections\":[[],{", "/corrections/0/number"},
        Damage{"\"corrections\"", "\"corections\"", "/corrections"},
        Damage{"\"openingBalance\":null", "\"openingBalance\":{}", "/openingBalance/number"},
        Damage{"\"seenUntil\"", "\"seen\"", "/seenUntil"},
        Damage{"\"pending\":[]", "\"pending\":[-1]", "/pending/0"},
        Damage{"\"pending\":[]", "\"pending\":[null]", "/pending/0"},
        Damage{"\"comparisons\":{", "\"comparisons\":7,\"x\":{", "/comparisons"},
        Damage{"\"sameWeekdayLastWeek\":null", "\"sameWeekdayLastWeek\":[]",
               "/comparisons/sameWeekdayLastWeek"},
        Damage{"\"number\":null,\"totals\":null", "\"number\":1,\"totals\":null",
               "/history/0/totals"}));

TEST(ReportJson, TakesFiguresInAnyOrderAndIgnoresUnknownMembers) {
  const auto report = read_with(
      R"([{"sku":"DG334","qt":2},{"sku":"DG335","qt":1.5}])",
      R"([{"sku":"DG335","qt":1.5,"x":[]},{"sku":"z","qt":0},{"sku":"DG334","qt":2}],"new":{})");
  ASSERT_TRUE(report) << report.error().detail();
  EXPECT_EQ(*report, sample());
}

TEST(ReportJson, EveryShortenedTextIsAnErrorAndNeverACrash) {
  const std::string text = write_report(sample());
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(read_report(text.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace invoicing::codec
