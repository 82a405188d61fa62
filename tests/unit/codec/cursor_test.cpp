#include "codec/cursor.hpp"

#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/base64url.hpp"

namespace invoicing::codec {
namespace {

const InvoicePosition kPosition{*parse_rfc3339("2025-01-30T12:00:02.001Z"),
                                *InvoiceId::from_hex("6921a0f0c0ffee0123456789")};

TEST(Base64Url, GivesTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},           {"f", "Zg"},
                                                          {"fo", "Zm8"},      {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg"}, {"\xFB\xFF", "-_8"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
  for (const char* text : {"Zg==", "Z", "Zh", "Zm9=", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(Cursor, ReadsBackItsPosition) {
  const InvoiceQuery query;
  const std::string text = write_cursor(kPosition, query);
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  const auto read = read_cursor(text, query);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kPosition);
  const InvoicePosition before_1970{Instant{std::chrono::milliseconds{-1}}, {}};
  EXPECT_EQ(*read_cursor(write_cursor(before_1970, query), query), before_1970);
}

TEST(Cursor, BelongsToTheFiltersAndTheOrder) {
  const std::vector<std::function<void(InvoiceQuery&)>> changes = {
      [](InvoiceQuery& q) { q.from = Instant{}; },
      [](InvoiceQuery& q) { q.to = Instant{}; },
      [](InvoiceQuery& q) { q.customer = ""; },
      [](InvoiceQuery& q) { q.customer = "a"; },
      [](InvoiceQuery& q) { q.reference = "a"; },
      [](InvoiceQuery& q) { q.sku = "a"; },
      [](InvoiceQuery& q) { q.currency = Currency(); },
      [](InvoiceQuery& q) { q.status = InvoiceStatus::issued; },
      [](InvoiceQuery& q) { q.status = InvoiceStatus::voided; },
      [](InvoiceQuery& q) { q.min_minor = 0; },
      [](InvoiceQuery& q) { q.max_minor = 0; },
      [](InvoiceQuery& q) { q.recorded_since = Instant{}; },
      [](InvoiceQuery& q) { q.order = InvoiceOrder::by_date_descending; },
      [](InvoiceQuery& q) { q.order = InvoiceOrder::by_recorded_at; }};
  std::vector<InvoiceQuery> queries(1);
  for (const auto& change : changes) change(queries.emplace_back());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::string text = write_cursor(kPosition, queries[i]);
    for (std::size_t k = 0; k < queries.size(); ++k) {
      EXPECT_EQ(read_cursor(text, queries[k]).has_value(), i == k) << i << " " << k;
    }
  }
}

TEST(Cursor, DoesNotHangOnTheSizeOfThePage) {
  InvoiceQuery query;
  const std::string text = write_cursor(kPosition, query);
  query.limit = 7;
  query.after = kPosition;
  EXPECT_TRUE(read_cursor(text, query));
}

TEST(Cursor, RefusesEveryOtherText) {
  const InvoiceQuery query;
  const std::string text = write_cursor(kPosition, query);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto read = read_cursor(changed, query);
    ASSERT_FALSE(read) << i;
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_cursor);
    EXPECT_FALSE(read_cursor(text.substr(0, i), query));
  }
  for (const std::string& other :
       {text + "A", text + "=", text + text, " " + text, std::string(1 << 20, 'A')}) {
    EXPECT_FALSE(read_cursor(other, query));
  }
  EXPECT_FALSE(read_cursor(write_report_cursor(7), query));
}

TEST(ReportCursor, ReadsBackItsNumber) {
  for (const ReportNumber number : {ReportNumber{0}, ReportNumber{1}, ReportNumber{123'456'789}}) {
    EXPECT_EQ(*read_report_cursor(write_report_cursor(number)), number);
  }
  EXPECT_FALSE(read_report_cursor("7"));
  EXPECT_FALSE(read_report_cursor(""));
  EXPECT_FALSE(read_report_cursor(write_cursor(kPosition, {})));
}

}  // namespace
}  // namespace invoicing::codec
