#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/invoice_json.hpp"

namespace invoicing::codec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const BusinessCalendar& berlin() {
  static const BusinessCalendar calendar = *BusinessCalendar::create("Europe/Berlin", "12:00");
  return calendar;
}

Result<InvoiceRequest> read(std::string_view body, bool import_line = false) {
  return read_invoice_request(body, {&berlin(), Currency(), import_line});
}

/// A valid body in which the member `name` is replaced by `text`; an empty text leaves it out.
std::string body_with(std::string_view name, std::string_view text) {
  std::string body = "{";
  const std::pair<std::string_view, std::string_view> members[] = {
      {"customer", "\"Jane\""},
      {"amount", "100.10"},
      {"reference", "\"INV-1\""},
      {"items", "[{\"sku\":\"a\",\"qt\":1}]"}};
  bool replaced = false;
  const auto add = [&body](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (body.size() > 1) body += ',';
    body += "\"" + std::string(key) + "\":" + std::string(value);
  };
  for (const auto& [key, value] : members) {
    add(key, key == name ? text : value);
    replaced |= key == name;
  }
  if (!replaced) add(name, text);
  return body + "}";
}

/// "pointer code" of each fault.
std::vector<std::string> faults_of(const Result<InvoiceRequest>& request) {
  std::vector<std::string> faults;
  if (request) return faults;
  EXPECT_EQ(request.error().code(), ErrorCode::validation_failed) << request.error().detail();
  for (const Fault& fault : request.error().faults()) {
    EXPECT_TRUE(fault.detail.ends_with(".")) << "a sentence: " << fault.detail;
    faults.push_back(fault.pointer + " " + fault.code);
  }
  return faults;
}

std::vector<std::string> faults_with(std::string_view name, std::string_view text) {
  return faults_of(read(body_with(name, text)));
}

TEST(InvoiceRequest, TakesTheShortestBody) {
  const auto request = read(body_with("", ""));
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->has_date);
  EXPECT_EQ(request->invoice.customer, "Jane");
  EXPECT_EQ(request->invoice.amount, (Money{10'010, Currency()}));
  EXPECT_EQ(request->invoice.items, (std::vector<Item>{{"a", {1'000}}}));
  EXPECT_THAT(request->invoice.metadata, IsEmpty());
}

TEST(InvoiceRequest, TakesEveryMember) {
  const auto request = read(
      R"({"metadata":{"b":"2","a":"1"},"items":[{"qt":0.001,"sku":"x"},{"sku":"x","qt":1e9}],)"
      R"("currency":"KWD","date":"2025-01-30T12:00:02Z","reference":"R","amount":1.234,"customer":"C"})");
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->has_date);
  EXPECT_EQ(request->invoice.amount, (Money{1'234, *Currency::from_code("KWD")}));
  EXPECT_EQ(request->invoice.items, (std::vector<Item>{{"x", {1}}, {"x", {kMaxQuantityMilli}}}));
  EXPECT_EQ(request->invoice.metadata, (Metadata{{"b", "2"}, {"a", "1"}}));
}

struct AmountCase {
  const char* currency;
  const char* text;
  std::int64_t minor;  // -1: refused
  const char* fault = "";
};

class AmountRule : public testing::TestWithParam<AmountCase> {};

TEST_P(AmountRule, Holds) {
  const auto& [code, text, minor, fault] = GetParam();
  std::string body = body_with("amount", text);
  body.insert(1, "\"currency\":\"" + std::string(code) + "\",");
  const auto request = read(body);
  if (minor < 0) {
    EXPECT_THAT(faults_of(request), ElementsAre(std::string("/amount ") + fault)) << body;
  } else {
    ASSERT_TRUE(request) << body;
    EXPECT_EQ(request->invoice.amount.minor, minor);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Amounts, AmountRule,
    testing::Values(
        AmountCase{"USD", "0", 0}, AmountCase{"USD", "-0", 0}, AmountCase{"USD", "-0.00", 0},
        AmountCase{"USD", "0.1", 10}, AmountCase{"USD", "0.29", 29},
        AmountCase{"USD", "1e2", 10'000}, AmountCase{"USD", "100.10", 10'010},
        AmountCase{"USD", "9999999999999.99", 999'999'999'999'999},
        AmountCase{"USD", "10000000000000", kMaxMinorUnits},
        AmountCase{"USD", "10000000000000.01", -1, "out_of_range"},
        AmountCase{"USD", "1.005", -1, "too_many_digits"},
        AmountCase{"USD", "-1", -1, "out_of_range"},
        AmountCase{"USD", "-0.001", -1, "out_of_range"},
        AmountCase{"USD", "-1e400", -1, "out_of_range"},
        AmountCase{"USD", "\"1\"", -1, "wrong_type"}, AmountCase{"USD", "null", -1, "wrong_type"},
        AmountCase{"USD", "true", -1, "wrong_type"}, AmountCase{"USD", "[1]", -1, "wrong_type"},
        AmountCase{"USD", "1e400", -1, "out_of_range"},
        AmountCase{"USD", "1e-400", -1, "too_many_digits"}, AmountCase{"JPY", "100", 100},
        AmountCase{"JPY", "100.0", 100}, AmountCase{"JPY", "100.5", -1, "too_many_digits"},
        AmountCase{"JPY", "1000000000000000", kMaxMinorUnits},
        AmountCase{"JPY", "1000000000000001", -1, "out_of_range"}, AmountCase{"KWD", "0.001", 1},
        AmountCase{"KWD", "0.0001", -1, "too_many_digits"}, AmountCase{"CLF", "0.0001", 1}));

TEST(InvoiceRequest, RefusesAmountsThatAreNoJson) {
  for (const char* text : {"NaN", "01", "1.", ".5", "+1", "0x10", "1e", "Infinity"}) {
    const auto request = read(body_with("amount", text));
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().code(), ErrorCode::malformed_json) << text;
  }
}

TEST(InvoiceRequest, NamesEveryFaultAtOnce) {
  const auto request = read(
      R"({"customer":" ","amount":"1","items":[{"sku":"a","qt":0},7,{"qt":1.2345,"color":"red"}],)"
      R"("currency":"usd","date":"2025-02-30","metadata":{"$a":"1","b.c":"\n","d":1},"x/y~z":1})");
  EXPECT_THAT(faults_of(request),
              UnorderedElementsAre("/customer blank", "/amount wrong_type", "/reference required",
                                   "/items/0/qt out_of_range", "/items/1 wrong_type",
                                   "/items/2/qt too_many_digits", "/items/2/color unknown_member",
                                   "/items/2/sku required", "/currency unknown_currency",
                                   "/date invalid_date", "/metadata/$a invalid_key",
                                   "/metadata/b.c invalid_key", "/metadata/b.c control_character",
                                   "/metadata/d wrong_type", "/x~1y~0z unknown_member"));
  EXPECT_EQ(request.error().detail(), "15 faults; see errors.");
}

TEST(InvoiceRequest, NamesEveryMissingMember) {
  EXPECT_THAT(faults_of(read("{}")),
              UnorderedElementsAre("/customer required", "/amount required", "/reference required",
                                   "/items required"));
}

TEST(InvoiceRequest, ChecksTheAmountAlsoWhereTheCurrencyIsWrong) {
  const std::string bad =
      R"({"currency":"XXX","customer":"c","reference":"r","items":[{"sku":"a","qt":1}],"amount":)";
  EXPECT_THAT(faults_of(read(bad + "-1}")),
              UnorderedElementsAre("/currency unknown_currency", "/amount out_of_range"));
  EXPECT_THAT(faults_of(read(bad + "1.23456}")), ElementsAre("/currency unknown_currency"));
}

TEST(InvoiceRequest, TakesNullForNoOptionalMember) {
  EXPECT_THAT(faults_with("date", "null"), ElementsAre("/date wrong_type"));
  EXPECT_THAT(faults_with("currency", "null"), ElementsAre("/currency wrong_type"));
  EXPECT_THAT(faults_with("metadata", "null"), ElementsAre("/metadata wrong_type"));
}

TEST(InvoiceRequest, CountsCharactersAndNotBytes) {
  const auto quoted = [](std::size_t count) {
    std::string text = "\"";
    for (std::size_t i = 0; i < count; ++i) text += "\U0001F600";
    return text + "\"";
  };
  for (const char* name : {"customer", "reference"}) {
    EXPECT_THAT(faults_with(name, quoted(200)), IsEmpty());
    EXPECT_THAT(faults_with(name, quoted(201)), ElementsAre("/" + std::string(name) + " too_long"));
    EXPECT_THAT(faults_with(name, "\"\""), ElementsAre("/" + std::string(name) + " blank"));
    EXPECT_THAT(faults_with(name, "\"a\\u007f\""),
                ElementsAre("/" + std::string(name) + " control_character"));
    EXPECT_THAT(faults_with(name, "1"), ElementsAre("/" + std::string(name) + " wrong_type"));
  }
  EXPECT_THAT(faults_with("items", "[{\"sku\":" + quoted(100) + ",\"qt\":1}]"), IsEmpty());
  EXPECT_THAT(faults_with("items", "[{\"sku\":" + quoted(101) + ",\"qt\":1}]"),
              ElementsAre("/items/0/sku too_long"));
}

TEST(InvoiceRequest, KeepsTextsAsSent) {
  const auto request = read(body_with("customer", "\"  J\\u00e4ne \\/ \\\"x\\\" \""));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->invoice.customer, "  J\u00e4ne / \"x\" ");
}

TEST(InvoiceRequest, TakesOneToAThousandItems) {
  const auto items = [](int count) {
    std::string text = "[";
    for (int i = 0; i < count; ++i)
      text += std::string(i > 0 ? "," : "") + "{\"sku\":\"a\",\"qt\":1}";
    return text + "]";
  };
  EXPECT_THAT(faults_with("items", items(0)), ElementsAre("/items too_few"));
  EXPECT_THAT(faults_with("items", items(1000)), IsEmpty());
  EXPECT_THAT(faults_with("items", items(1001)), ElementsAre("/items too_many"));
  EXPECT_THAT(faults_with("items", "{}"), ElementsAre("/items wrong_type"));
}

TEST(InvoiceRequest, TakesQuantitiesOfThreeDigits) {
  const auto faults = [](const char* qt) {
    return faults_with("items", "[{\"sku\":\"a\",\"qt\":" + std::string(qt) + "}]");
  };
  for (const char* qt : {"0.001", "1", "1.500", "1e9", "1000000000.000"})
    EXPECT_THAT(faults(qt), IsEmpty()) << qt;
  for (const char* qt :
       {"0", "-0", "0.000", "-1", "-0.0001", "1000000000.001", "1e400", "-1e400"}) {
    EXPECT_THAT(faults(qt), ElementsAre("/items/0/qt out_of_range")) << qt;
  }
  for (const char* qt : {"0.0001", "1.2345", "1e-400"}) {
    EXPECT_THAT(faults(qt), ElementsAre("/items/0/qt too_many_digits")) << qt;
  }
  for (const char* qt : {"\"1\"", "null", "{}"}) {
    EXPECT_THAT(faults(qt), ElementsAre("/items/0/qt wrong_type")) << qt;
  }
}

TEST(InvoiceRequest, ReadsTheThreeFormsOfADate) {
  const auto date_of = [](const char* text) {
    const auto request = read(body_with("date", "\"" + std::string(text) + "\""));
    return request ? format_instant(request->invoice.date) : "refused";
  };
  EXPECT_EQ(date_of("2025-01-30T12:00:02+05:30"), "2025-01-30T06:30:02.000Z");
  EXPECT_EQ(date_of("2025-01-30"), "2025-01-29T23:00:00.000Z");
  EXPECT_EQ(date_of("2025/01/30 12:00:02"), "2025-01-30T11:00:02.000Z");
  EXPECT_EQ(date_of("2026/03/29 02:30:00"), "2026-03-29T01:00:00.000Z") << "in the gap";
  EXPECT_EQ(date_of("2026/10/25 02:30:00"), "2026-10-25T00:30:00.000Z") << "in the overlap";
  EXPECT_EQ(date_of("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(date_of("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00.000Z");
}

TEST(InvoiceRequest, RefusesImpossibleAndFarDates) {
  for (const char* text : {"2025-02-30", "2025/02/30 12:00:00", "2025-02-30T00:00:00Z", "yesterday",
                           "", "2025-1-1", "1738238402", "2025-01-30T12:00:02"}) {
    EXPECT_THAT(faults_with("date", "\"" + std::string(text) + "\""),
                ElementsAre("/date invalid_date"))
        << text;
  }
  // Midnight of 1970-01-01 in Berlin is still 1969 in UTC.
  for (const char* text :
       {"1969-12-31T23:59:59.999Z", "1970-01-01", "0000-01-01", "0001/01/01 00:00:00"}) {
    EXPECT_THAT(faults_with("date", "\"" + std::string(text) + "\""),
                ElementsAre("/date out_of_range"))
        << text;
  }
}

TEST(InvoiceRequest, LimitsMetadata) {
  const auto pairs = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i)
      text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":\"\"";
    return text + "}";
  };
  EXPECT_THAT(faults_with("metadata", pairs(20)), IsEmpty());
  EXPECT_THAT(faults_with("metadata", pairs(21)), ElementsAre("/metadata too_many"));
  EXPECT_THAT(faults_with("metadata", "[]"), ElementsAre("/metadata wrong_type"));
  EXPECT_THAT(faults_with("metadata", "{\"\":\"x\"}"), ElementsAre("/metadata/ invalid_key"));
  EXPECT_THAT(faults_with("metadata",
                          "{\"" + std::string(40, 'k') + "\":\"" + std::string(500, 'v') + "\"}"),
              IsEmpty());
  EXPECT_THAT(faults_with("metadata", "{\"" + std::string(41, 'k') + "\":\"\"}"),
              ElementsAre("/metadata/" + std::string(41, 'k') + " invalid_key"));
  EXPECT_THAT(faults_with("metadata", "{\"k\":\"" + std::string(501, 'v') + "\"}"),
              ElementsAre("/metadata/k too_long"));
  EXPECT_THAT(faults_with("metadata", "{\"a$\":\"\"}"), IsEmpty());
}

TEST(InvoiceRequest, TakesAKeyInAnImportLineOnly) {
  const std::string body = body_with("idempotencyKey", "\"till-7\"");
  EXPECT_THAT(faults_of(read(body)), ElementsAre("/idempotencyKey unknown_member"));
  const auto line = read(body, true);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->idempotency_key, "till-7");
  for (const std::string& key : {std::string("\"\""), std::string("\"a b\""),
                                 std::string("\"\u00e4\""), "\"" + std::string(201, 'k') + "\""}) {
    EXPECT_THAT(faults_of(read(body_with("idempotencyKey", key), true)),
                ElementsAre("/idempotencyKey invalid_key"))
        << key;
  }
  EXPECT_THAT(faults_of(read(body_with("idempotencyKey", "null"), true)),
              ElementsAre("/idempotencyKey wrong_type"));
}

TEST(InvoiceRequest, LimitsWhatItAnswers) {
  std::string body = "{";
  for (int i = 0; i < 5'000; ++i) body += "\"u" + std::to_string(i) + "\":0,";
  const auto request = read(body + "\"x\":0}");
  ASSERT_FALSE(request);
  EXPECT_LT(request.error().faults().size(), 1'200U);
  EXPECT_GT(request.error().faults().size(), 1'000U);
}

TEST(VoidRequest, WantsAReasonAlone) {
  EXPECT_EQ(*read_void_request(R"({"reason":"Entered twice"})"), "Entered twice");
  const auto fault = [](std::string_view body) {
    const auto reason = read_void_request(body);
    if (reason) return std::string("accepted");
    return reason.error().faults().empty() ? "malformed" : reason.error().faults()[0].code;
  };
  EXPECT_EQ(fault("{}"), "required");
  EXPECT_EQ(fault(R"({"reason":""})"), "blank");
  EXPECT_EQ(fault(R"({"reason":1})"), "wrong_type");
  EXPECT_EQ(fault(R"({"reason":"a\nb"})"), "control_character");
  EXPECT_EQ(fault(R"({"reason":")" + std::string(501, 'x') + "\"}"), "too_long");
  EXPECT_EQ(fault(R"({"reason":")" + std::string(500, 'x') + "\"}"), "accepted");
  EXPECT_EQ(fault(R"({"reason":"x","by":"me"})"), "unknown_member");
  EXPECT_EQ(fault("[]"), "malformed");
}

}  // namespace
}  // namespace invoicing::codec
