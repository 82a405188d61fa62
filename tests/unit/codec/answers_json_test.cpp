// The small answers: problems, results of an import, deliveries.

#include <vector>

#include <gtest/gtest.h>

#include "codec/delivery_json.hpp"
#include "codec/import_json.hpp"
#include "codec/json_tree.hpp"
#include "codec/problem_json.hpp"

namespace invoicing::codec {
namespace {

TEST(ProblemJson, HasTheMembersOfRfc9457) {
  const std::vector<Fault> faults = {
      {"/amount", "too_many_digits", "USD has 2 fraction digits; send at most 2."},
      {"", "required", "Send it."},
      {"limit", "out_of_range", "Send a \"number\"."}};
  EXPECT_EQ(
      write_problem(
          {"validation_failed", 400, "The input has faults", "3 faults; see errors.", faults}),
      R"({"type":"/errors#validation_failed","title":"The input has faults","status":400,)"
      R"("detail":"3 faults; see errors.","code":"validation_failed","errors":[)"
      R"({"pointer":"/amount","code":"too_many_digits","detail":"USD has 2 fraction digits; send at most 2."},)"
      R"({"pointer":"","code":"required","detail":"Send it."},)"
      R"({"parameter":"limit","code":"out_of_range","detail":"Send a \"number\"."}]})");
}

TEST(ProblemJson, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(
      write_problem({"internal_error", 500, "Internal error", {}, {}}),
      R"({"type":"/errors#internal_error","title":"Internal error","status":500,"code":"internal_error"})");
  EXPECT_EQ(
      write_problem({"internal_error", 500, "T", "D", {}}),
      R"({"type":"/errors#internal_error","title":"T","status":500,"detail":"D","code":"internal_error"})");
}

TEST(ImportJson, IsOneLineForEachResult) {
  const InvoiceId id = *InvoiceId::from_hex("6921a0f0c0ffee0123456789");
  EXPECT_EQ(write_import_line(1, ImportStatus::created, id),
            "{\"line\":1,\"status\":\"created\",\"id\":\"6921a0f0c0ffee0123456789\"}\n");
  EXPECT_EQ(write_import_line(2, ImportStatus::replayed, id),
            "{\"line\":2,\"status\":\"replayed\",\"id\":\"6921a0f0c0ffee0123456789\"}\n");
  EXPECT_EQ(write_import_failure(3, "malformed_json", "Two\nlines", {}),
            "{\"line\":3,\"status\":\"failed\",\"code\":\"malformed_json\",\"detail\":"
            "\"Two\\nlines\"}\n");
  const std::vector<Fault> faults = {{"/amount", "required", "Add it."}};
  EXPECT_EQ(write_import_failure(4, "validation_failed", "1 fault", faults),
            "{\"line\":4,\"status\":\"failed\",\"code\":\"validation_failed\",\"detail\":\"1 "
            "fault\",\"errors\":["
            "{\"pointer\":\"/amount\",\"code\":\"required\",\"detail\":\"Add it.\"}]}\n");
}

DeliveryView delivery() {
  DeliveryView view;
  view.state = "published";
  view.message_id = "6921a0f0c0ffee0123456789.1";
  view.sends = 2;
  view.attempts = 3;
  view.sealed_at = *parse_rfc3339("2026-11-22T11:00:00.412Z");
  view.published_at = *parse_rfc3339("2026-11-22T11:00:00.530Z");
  view.recipients = {
      {"a@example.com", "sent", 1, std::nullopt, parse_rfc3339("2026-11-22T11:00:02Z")},
      {"b@example.com", "refused", 1, "550 \"gone\"", std::nullopt}};
  return view;
}

TEST(DeliveryJson, ShowsNullForWhatHasNotHappened) {
  EXPECT_EQ(
      write_delivery(delivery()),
      R"({"state":"published","messageId":"6921a0f0c0ffee0123456789.1","sends":2,"attempts":3,"lastError":null,)"
      R"("sealedAt":"2026-11-22T11:00:00.412Z","publishedAt":"2026-11-22T11:00:00.530Z","doneAt":null,"recipients":[)"
      R"({"address":"a@example.com","state":"sent","attempts":1,"lastError":null,"sentAt":"2026-11-22T11:00:02.000Z"},)"
      R"({"address":"b@example.com","state":"refused","attempts":1,"lastError":"550 \"gone\"","sentAt":null}]})");
}

TEST(DeliveryJson, IsTheLastMemberOfAStoredReport) {
  SalesReport report;
  report.report_id = "6921a0f0c0ffee0123456789";
  report.number = 1;
  const std::string text = write_stored_report(report, delivery());
  EXPECT_TRUE(text.ends_with(",\"delivery\":" + write_delivery(delivery()) + "}"));
  JsonTree tree;
  const auto root = tree.read(text);
  ASSERT_TRUE(root) << text;
  EXPECT_EQ(root->find("number")->text(), "1");
}

TEST(ReportSummary, HasTheReportInShort) {
  SalesReport report;
  report.report_id = "6921a0f0c0ffee0123456789";
  report.number = 12;
  report.business_day = *parse_day("2026-11-22");
  report.window = {*parse_rfc3339("2026-11-21T11:00:00Z"), *parse_rfc3339("2026-11-22T11:00:00Z")};
  report.time_zone = "Europe/Berlin";
  report.cut_off = "12:00";
  report.generated_at = *parse_rfc3339("2026-11-22T11:00:00.412Z");
  report.currency = *Currency::from_code("EUR");
  report.figures.totals = {{report.currency, 3, 31'050, 1}};
  report.corrections.resize(2);
  EXPECT_EQ(
      write_report_summary(report, "done"),
      R"({"reportId":"6921a0f0c0ffee0123456789","number":12,"businessDay":"2026-11-22",)"
      R"("from":"2026-11-21T11:00:00.000Z","to":"2026-11-22T11:00:00.000Z","timeZone":"Europe/Berlin",)"
      R"("cutOff":"12:00","generatedAt":"2026-11-22T11:00:00.412Z","currency":"EUR","totalSales":310.50,)"
      R"("totals":[{"currency":"EUR","invoices":3,"amount":310.50,"voids":1}],"correctionCount":2,"deliveryState":"done"})");
}

}  // namespace
}  // namespace invoicing::codec
