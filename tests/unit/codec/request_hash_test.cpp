#include <set>
#include <string>

#include <gtest/gtest.h>

#include "codec/invoice_json.hpp"

namespace invoicing::codec {
namespace {

RequestHash hash(std::string_view body, const char* zone = "UTC", const char* currency = "USD") {
  const auto calendar = BusinessCalendar::create(zone, "12:00");
  const auto request =
      read_invoice_request(body, {&*calendar, *Currency::from_code(currency), true});
  EXPECT_TRUE(request) << body << request.error().detail();
  return request->invoice.request_hash;
}

std::string body(std::string_view more, std::string_view amount = "100.10",
                 std::string_view items = R"([{"sku":"a","qt":1.5}])") {
  return R"({"customer":"C","amount":)" + std::string(amount) + R"(,"reference":"R","items":)" +
         std::string(items) + std::string(more) + "}";
}

TEST(RequestHash, IsTheSameForTheSameValuesWrittenInAnotherWay) {
  const RequestHash first =
      hash(body(R"(,"date":"2025-01-30T12:00:00Z","metadata":{"a":"1","b":"2"})"));
  EXPECT_EQ(first, hash(R"( { "metadata" : {"b":"2","\u0061":"1"}, "items":[{"qt":15e-1,"sku":"a"}],
      "date":"2025-01-30T13:00:00.000+01:00","reference":"R","amount":100.1,"customer":"\u0043"})"));
  EXPECT_EQ(hash(body("")), hash(body("", "1001e-1")));
  EXPECT_EQ(hash(body("")), hash(body(R"(,"metadata":{})")));
}

TEST(RequestHash, LeavesOutTheKeyAndTheClock) {
  EXPECT_EQ(hash(body("")), hash(body(R"(,"idempotencyKey":"k")")));
}

TEST(RequestHash, DoesNotHangOnTheConfiguration) {
  EXPECT_EQ(hash(body("", "100"), "UTC", "USD"), hash(body("", "100"), "Asia/Tokyo", "JPY"));
  const std::string local = body(R"(,"date":"2025/01/30 00:00:00")", "100");
  EXPECT_EQ(hash(local, "UTC"), hash(local, "Asia/Tokyo"));
  EXPECT_EQ(hash(local), hash(body(R"(,"date":"2025-01-30")", "100")))
      << "one reading of the clock";
}

TEST(RequestHash, DiffersForDifferentValues) {
  const std::string bodies[] = {
      body(""),
      body("", "100.11"),
      body(R"(,"currency":"USD")"),
      body(R"(,"currency":"EUR")"),
      body(R"(,"date":"2025-01-30")"),
      body(R"(,"date":"2025-01-30T00:00:00Z")"),
      body(R"(,"metadata":{"a":"1"})"),
      body(R"(,"metadata":{"a":"1","b":""})"),
      body(R"(,"metadata":{"a1":""})"),
      body("", "100.10", R"([{"sku":"a","qt":1.5},{"sku":"b","qt":1}])"),
      body("", "100.10", R"([{"sku":"b","qt":1},{"sku":"a","qt":1.5}])"),
      body("", "100.10", R"([{"sku":"a","qt":1.501}])"),
      R"({"customer":"CR","amount":100.10,"reference":"R","items":[{"sku":"a","qt":1.5}]})",
      R"({"customer":"C","amount":100.10,"reference":"RR","items":[{"sku":"a","qt":1.5}]})"};
  std::set<std::array<std::uint8_t, 32>> hashes;
  for (const std::string& text : bodies) hashes.insert(hash(text).bytes);
  EXPECT_EQ(hashes.size(), std::size(bodies));
}

}  // namespace
}  // namespace invoicing::codec
