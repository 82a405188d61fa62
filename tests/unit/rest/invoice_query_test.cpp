#include "rest/invoice_query.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "codec/cursor.hpp"

namespace invoicing::rest {
namespace {

const BusinessCalendar& berlin() {
  static const BusinessCalendar calendar = *BusinessCalendar::create("Europe/Berlin", "12:00");
  return calendar;
}

Result<InvoiceQuery> read(std::vector<http::QueryParameter> parameters, bool streamed = false) {
  return read_invoice_query(parameters, {berlin(), *Currency::from_code("EUR"), streamed});
}

std::string instant(const std::optional<Instant>& value) {
  return value ? format_instant(*value) : "none";
}

// The name and code of each fault: "limit:out_of_range ".
std::string faults(const Result<InvoiceQuery>& query) {
  if (query) return "none";
  std::string text;
  for (const Fault& fault : query.error().faults()) text += fault.pointer + ":" + fault.code + " ";
  return text;
}

TEST(InvoiceQuery, HasDefaults) {
  const auto query = read({});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 100U);
  EXPECT_EQ(query->order, InvoiceOrder::by_date);
  EXPECT_FALSE(query->from || query->to || query->currency || query->status);
}

TEST(InvoiceQuery, MeansCalendarDaysOfTheBusinessZone) {
  const auto query = read({{"startDate", "2026-06-01"}, {"endDate", "2026-06-01"}});
  ASSERT_TRUE(query);
  EXPECT_EQ(instant(query->from), "2026-05-31T22:00:00.000Z");
  EXPECT_EQ(instant(query->to), "2026-06-01T22:00:00.000Z");
}

TEST(InvoiceQuery, TakesTheDaysOfTheOriginalsSampleRequest) {
  const auto query = read({{"startDate", "2025-02-30"}, {"endDate", "2025-04-31"}});
  ASSERT_TRUE(query);
  EXPECT_EQ(instant(query->from), "2025-02-27T23:00:00.000Z");
  EXPECT_EQ(instant(query->to), "2025-04-30T22:00:00.000Z");
}

TEST(InvoiceQuery, IncludesTheInstantOfEndDate) {
  const auto query =
      read({{"startDate", "2025/01/30 12:00:02"}, {"endDate", "2025-01-30T11:00:02Z"}});
  ASSERT_TRUE(query);
  EXPECT_EQ(instant(query->from), "2025-01-30T11:00:02.000Z");
  EXPECT_EQ(instant(query->to), "2025-01-30T11:00:02.001Z");
}

TEST(InvoiceQuery, ComparesAmountsInOneCurrency) {
  const auto in_default = read({{"minAmount", "10.5"}});
  ASSERT_TRUE(in_default);
  EXPECT_EQ(in_default->currency->code(), "EUR");
  EXPECT_EQ(in_default->min_minor, 1050);
  // The currency stands behind the amount and decides its digits all the same.
  const auto in_yen = read({{"maxAmount", "10"}, {"currency", "JPY"}});
  ASSERT_TRUE(in_yen);
  EXPECT_EQ(in_yen->max_minor, 10);
  EXPECT_EQ(faults(read({{"maxAmount", "10.5"}, {"currency", "JPY"}})), "maxAmount:not_an_amount ");
}

TEST(InvoiceQuery, NamesEveryFaultAtOnce) {
  const auto query = read({{"startDate", "2025-13-01"},
                           {"currency", "eur"},
                           {"status", "paid"},
                           {"minAmount", "-1"},
                           {"sort", "amount"},
                           {"limit", "0"},
                           {"customer", ""}});
  EXPECT_EQ(faults(query),
            "startDate:not_a_date currency:unknown_currency status:unknown_value "
            "sort:unknown_value limit:out_of_range customer:length minAmount:not_an_amount ");
  EXPECT_EQ(query.error().code(), ErrorCode::invalid_parameter);
}

TEST(InvoiceQuery, RefusesContradictions) {
  EXPECT_EQ(faults(read({{"startDate", "2025-02-02"}, {"endDate", "2025-02-01"}})),
            "startDate:after_end ");
  EXPECT_EQ(faults(read({{"minAmount", "2"}, {"maxAmount", "1"}})), "minAmount:after_max ");
  EXPECT_EQ(faults(read({{"recordedSince", "2025-02-01"}})), "recordedSince:needs_sort ");
  EXPECT_EQ(faults(read({{"limit", "5"}, {"cursor", "x"}}, true)),
            "limit:not_with_stream cursor:not_with_stream ");
}

TEST(InvoiceQuery, KeepsLimitsOfTheLimit) {
  EXPECT_EQ(read({{"limit", "1000"}})->limit, 1000U);
  EXPECT_EQ(read({{"limit", "1"}})->limit, 1U);
  for (const std::string text :
       {"0", "1001", "-1", "1.5", "", "ten", "99999999999999999999", " 1"}) {
    EXPECT_EQ(faults(read({{"limit", text}})), "limit:out_of_range ") << text;
  }
}

TEST(InvoiceQuery, TakesItsOwnCursorOnly) {
  const auto query = read({{"customer", "Ada"}});
  ASSERT_TRUE(query);
  const InvoicePosition position{Instant{std::chrono::milliseconds{1234}}, {}};
  const std::string cursor = codec::write_cursor(position, *query);
  const auto next = read({{"customer", "Ada"}, {"cursor", cursor}});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->after, position);
  const auto other = read({{"customer", "Bob"}, {"cursor", cursor}});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), ErrorCode::invalid_cursor);
}

TEST(ReadParameters, RefusesUnknownRepeatedAndBrokenOnes) {
  http::Request request;
  request.query = "a=1&b=2&a=3&c=%ff";
  const auto parameters = read_parameters(request, {"a", "c"});
  ASSERT_FALSE(parameters);
  std::string text;
  for (const Fault& fault : parameters.error().faults())
    text += fault.pointer + ":" + fault.code + " ";
  EXPECT_EQ(text, "b:unknown a:repeated c:not_utf8 ");
}

TEST(NextLink, KeepsTheFilters) {
  const std::string link =
      next_link("/invoices", {{"customer", "A & B"}, {"cursor", "old"}, {"limit", "5"}}, "new");
  EXPECT_EQ(link, "</invoices?customer=A%20%26%20B&limit=5&cursor=new>; rel=\"next\"");
}

}  // namespace
}  // namespace invoicing::rest
