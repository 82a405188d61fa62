#include "codec/invoice_json.hpp"

#include <random>

#include <gtest/gtest.h>

namespace invoicing::codec {
namespace {

Invoice sample() {
  Invoice invoice;
  invoice.id = *InvoiceId::from_hex("6921a0f0c0ffee0123456789");
  invoice.customer = "Jane \"JD\" Doe";
  invoice.amount = {10'010, Currency()};
  invoice.reference = "INV-0001";
  invoice.date = *parse_rfc3339("2025-01-30T12:00:02Z");
  invoice.items = {{"DG334", {2'000}}, {"DG335", {1'500}}};
  invoice.metadata = {{"till", "7"}, {"a", ""}};
  invoice.recorded_at = *parse_rfc3339("2026-11-22T10:15:30.123Z");
  return invoice;
}

constexpr const char* kIssued =
    R"({"id":"6921a0f0c0ffee0123456789","_id":"6921a0f0c0ffee0123456789",)"
    R"("customer":"Jane \"JD\" Doe","amount":100.10,"currency":"USD","reference":"INV-0001",)"
    R"("date":"2025-01-30T12:00:02.000Z","items":[{"sku":"DG334","qt":2},{"sku":"DG335","qt":1.5}],)"
    R"("status":"issued","metadata":{"till":"7","a":""},"recordedAt":"2026-11-22T10:15:30.123Z"})";

TEST(InvoiceJson, HasOneCanonicalForm) {
  EXPECT_EQ(write_invoice(sample()), kIssued);
}

TEST(InvoiceJson, TellsWhenAndWhyItIsVoid) {
  Invoice invoice = sample();
  invoice.created_by = "key1";
  invoice.voiding = Voiding{*parse_rfc3339("2026-11-22T10:20:00Z"), "Entered twice", "key2"};
  const std::string json = write_invoice(invoice);
  EXPECT_NE(json.find(R"("status":"void")"), std::string::npos);
  EXPECT_TRUE(json.ends_with(
      R"("createdBy":"key1","voidedAt":"2026-11-22T10:20:00.000Z","voidReason":"Entered twice","voidedBy":"key2"})"))
      << json;
}

TEST(InvoiceJson, AtCreationKnowsNoVoid) {
  Invoice invoice = sample();
  invoice.voiding = Voiding{Instant{}, "x", {}};
  EXPECT_EQ(write_invoice_at_creation(invoice), kIssued);
}

TEST(InvoiceJson, WritesExactlyTheDigitsOfTheCurrency) {
  Invoice invoice = sample();
  invoice.amount = {500, *Currency::from_code("KWD")};
  EXPECT_NE(write_invoice(invoice).find(R"("amount":0.500,)"), std::string::npos);
  invoice.amount = {500, *Currency::from_code("JPY")};
  EXPECT_NE(write_invoice(invoice).find(R"("amount":500,)"), std::string::npos);
}

TEST(InvoiceJson, ReadsBackWhatItWrote) {
  std::mt19937_64 random(9);
  const char* codes[] = {"USD", "JPY", "KWD", "CLF"};
  for (int round = 0; round < 1'000; ++round) {
    Invoice invoice = sample();
    invoice.customer = "\u00e4\\\"/\u2028" + std::to_string(random());
    invoice.amount = {static_cast<std::int64_t>(random() % (kMaxMinorUnits + 1)),
                      *Currency::from_code(codes[random() % 4])};
    invoice.items.assign(random() % 20 + 1,
                         {"sku", {static_cast<std::int64_t>(random() % kMaxQuantityMilli) + 1}});
    if (random() % 2 != 0) invoice.created_by = "key";
    if (random() % 2 != 0)
      invoice.voiding = Voiding{invoice.date, "why", random() % 2 != 0 ? "key" : ""};
    const auto read = read_invoice(write_invoice(invoice));
    ASSERT_TRUE(read) << read.error().detail();
    EXPECT_EQ(*read, invoice);
  }
}

TEST(InvoiceJson, RefusesAStoredTextThatIsNotOurs) {
  EXPECT_EQ(read_invoice("nonsense").error().code(), ErrorCode::stored_data_invalid);
  const std::string text = kIssued;
  const auto with = [&](std::string_view old, std::string_view fresh) {
    std::string changed = text;
    changed.replace(changed.find(old), old.size(), fresh);
    return read_invoice(changed);
  };
  ASSERT_TRUE(read_invoice(text));
  const std::pair<const char*, const char*> changes[] = {{"\"id\":\"6921", "\"id\":\"zz21"},
                                                         {"100.10", "100.105"},
                                                         {"100.10", "\"100.10\""},
                                                         {"\"USD\"", "\"usd\""},
                                                         {"02.000Z", "02.000"},
                                                         {"\"qt\":2", "\"qt\":\"2\""},
                                                         {"\"issued\"", "\"void\""},
                                                         {"\"issued\"", "\"x\""},
                                                         {"\"till\":\"7\"", "\"till\":7"},
                                                         {"\"customer\":", "\"client\":"},
                                                         {"recordedAt", "x"},
                                                         {"[{\"sku\":\"DG334\"", "[{\"sku\":null"}};
  for (const auto& [old, fresh] : changes) {
    const auto read = with(old, fresh);
    ASSERT_FALSE(read) << fresh;
    EXPECT_EQ(read.error().code(), ErrorCode::stored_data_invalid);
  }
}

}  // namespace
}  // namespace invoicing::codec
