#include "codec/invoice_csv.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/fuzz/csv_exercise.hpp"

namespace invoicing::codec {
namespace {

Invoice sample() {
  Invoice invoice;
  invoice.id = *InvoiceId::from_hex("6921a0f0c0ffee0123456789");
  invoice.customer = "Doe, Jane";
  invoice.amount = {10'010, Currency()};
  invoice.reference = "INV-0001";
  invoice.date = *parse_rfc3339("2025-01-30T12:00:02Z");
  invoice.items = {{"DG334", {2'000}}, {"DG335", {1'500}}};
  invoice.recorded_at = *parse_rfc3339("2026-11-22T10:15:30.123Z");
  return invoice;
}

std::string rows_of(const Invoice& invoice) {
  std::string out;
  append_csv_rows(out, invoice);
  return out;
}

TEST(InvoiceCsv, HasARowForEachItem) {
  EXPECT_EQ(csv_header(),
            "id,date,customer,reference,status,currency,amount,item,sku,qt,recordedAt,voidedAt,"
            "voidReason\r\n");
  EXPECT_EQ(rows_of(sample()),
            "6921a0f0c0ffee0123456789,2025-01-30T12:00:02.000Z,\"Doe, "
            "Jane\",INV-0001,issued,USD,100.10,1,"
            "DG334,2,2026-11-22T10:15:30.123Z,,\r\n"
            "6921a0f0c0ffee0123456789,2025-01-30T12:00:02.000Z,\"Doe, "
            "Jane\",INV-0001,issued,USD,100.10,2,"
            "DG335,1.5,2026-11-22T10:15:30.123Z,,\r\n");
}

TEST(InvoiceCsv, TellsWhenAndWhyAnInvoiceIsVoid) {
  Invoice invoice = sample();
  invoice.items.resize(1);
  invoice.voiding = Voiding{*parse_rfc3339("2026-11-22T10:20:00Z"), "Entered \"twice\"", {}};
  EXPECT_TRUE(
      rows_of(invoice).ends_with(",void,USD,100.10,1,DG334,2,2026-11-22T10:15:30.123Z,2026-11-"
                                 "22T10:20:00.000Z,\"Entered \"\"twice\"\"\"\r\n"))
      << rows_of(invoice);
}

TEST(InvoiceCsv, LetsNoCellStartAFormula) {
  for (const char* text :
       {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "=\"a,b\""}) {
    fuzz::check_rows(text);
    Invoice invoice = sample();
    invoice.customer = text;
    EXPECT_NE(rows_of(invoice).find("'" + std::string(1, text[0])), std::string::npos) << text;
  }
  for (const char* text : {"a=b", "1-1", "\"=1\"", "'=1", " =1"}) fuzz::check_rows(text);
}

TEST(InvoiceCsv, ReadsBackCellByCell) {
  std::mt19937_64 random(13);
  const std::string characters = "a,\"\r\n\t=+-@';\xC3\xA4 ";
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left)
      text += characters[random() % characters.size()];
    fuzz::check_rows(text);
  }
}

TEST(SkuCsv, HoldsAllQuantitiesOfTheDay) {
  SalesReport report;
  report.figures.skus = {
      {"+1", 2'000}, {"a,b", 1'500}, {"c", Int128{kMaxQuantityMilli} * 1'000'000'000}};
  EXPECT_EQ(write_sku_csv(report), "sku,qt\r\n'+1,2\r\n\"a,b\",1.5\r\nc,1000000000000000000\r\n");
}

}  // namespace
}  // namespace invoicing::codec
