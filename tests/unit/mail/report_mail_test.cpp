#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "codec/invoice_csv.hpp"
#include "mail/report_mail_renderer.hpp"
#include "tests/unit/mail/must.hpp"
#include "tests/unit/mail/parsed_mail.hpp"
#include "tests/unit/mail/sample_reports.hpp"

namespace invoicing::mail {
namespace {

constexpr const char* kId = "6921a0f0c0ffee0123456789";

const ReportMailRenderer& renderer() {
  static const auto instance = ReportMailRenderer::create(
      {"Example Shop <sales@shop.example>", "https://shop.example/", {}});
  return **instance;
}

OutgoingMail rendered(const SalesReport& report, const std::string& id = kId,
                      const std::string& recipient = "boss@shop.example") {
  return must(renderer().render(report, id, recipient, {}));
}

ParsedMail parsed(const SalesReport& report) {
  return parse_mail(rendered(report).content);
}

std::string text_of(const SalesReport& report) {
  std::string text = parsed(report).part("text/plain").content;
  std::erase(text, '\r');
  return text;
}

std::string html_of(const SalesReport& report) {
  return must(renderer().render_html(report));
}

bool has(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

TEST(ReportMail, HasTheStructureThatMailProgramsShowBest) {
  const ParsedMail mail = parsed(samples::busy_day());
  ASSERT_EQ(mail.parts.size(), 4U);
  EXPECT_EQ(mail.parts[0].path, "multipart/mixed > multipart/alternative > text/plain");
  EXPECT_EQ(mail.parts[1].path,
            "multipart/mixed > multipart/alternative > multipart/related > text/html");
  EXPECT_EQ(mail.parts[2].path,
            "multipart/mixed > multipart/alternative > multipart/related > image/png");
  EXPECT_EQ(mail.parts[3].path, "multipart/mixed > text/csv");
  EXPECT_EQ(mail.parts[2].disposition, "inline");
  EXPECT_EQ(mail.parts[3].disposition, "attachment");
  EXPECT_EQ(mail.parts[3].file_name, "sales-2026-11-22.csv");
  EXPECT_EQ(mail.parts[3].content, codec::write_sku_csv(samples::busy_day()));
  EXPECT_TRUE(mail.parts[2].content.starts_with("\x89PNG\r\n"));
  EXPECT_TRUE(has(mail.parts[1].content, "src=\"cid:" + mail.parts[2].content_id + '"'));
}

TEST(ReportMail, HasExactlyTheHeadersThatItShould) {
  ParsedMail mail = parsed(samples::busy_day());
  std::sort(mail.header_names.begin(), mail.header_names.end());
  EXPECT_EQ(mail.header_names,
            (std::vector<std::string>{"Auto-Submitted", "Date", "From", "MIME-Version",
                                      "Message-Id", "Subject", "To", "X-Business-Day"}));
  EXPECT_EQ(mail.headers["From"], "Example Shop <sales@shop.example>");
  EXPECT_EQ(mail.headers["To"], "boss@shop.example");
  EXPECT_EQ(mail.headers["Subject"],
            "Daily sales report 12 · 2026-11-22 · 1,234.50 EUR, 999.00 USD");
  EXPECT_EQ(mail.headers["Date"], "Sun, 22 Nov 2026 11:00:00 +0000");
  EXPECT_EQ(mail.headers["Auto-Submitted"], "auto-generated");
  EXPECT_EQ(mail.headers["X-Business-Day"], "2026-11-22");
}

TEST(ReportMail, SaysWhatMadeItBeSentWhereThatIsKnown) {
  const Trace trace{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "till-7/1"};
  const std::string content =
      must(renderer().render(samples::busy_day(), kId, "boss@shop.example", trace)).content;
  EXPECT_NE(content.find("\r\nTraceparent: " + trace.traceparent + "\r\n"), std::string::npos);
  EXPECT_NE(content.find("\r\nX-Request-Id: till-7/1\r\n"), std::string::npos);
}

TEST(ReportMail, LinesEndInCrLfAndAreShort) {
  const std::string content = rendered(samples::hostile_report()).content;
  std::size_t start = 0;
  while (start < content.size()) {
    const std::size_t end = content.find('\n', start);
    ASSERT_NE(end, std::string::npos);
    ASSERT_GT(end, start);
    EXPECT_EQ(content[end - 1], '\r');
    EXPECT_LE(end - start, 998U);
    start = end + 1;
  }
  EXPECT_TRUE(std::all_of(content.begin(), content.end(), [](char c) { return c > 0; }))
      << "not 7 bit";
}

TEST(ReportMail, IsRepeatable) {
  for (const SalesReport& report :
       {samples::busy_day(), samples::original_report(), samples::hostile_report()}) {
    const auto other = ReportMailRenderer::create(
        {"Example Shop <sales@shop.example>", "https://shop.example", {}});
    const OutgoingMail a = rendered(report);
    const OutgoingMail b = must((*other)->render(report, kId, "boss@shop.example", {}));
    EXPECT_EQ(a.content, b.content);
    EXPECT_EQ(a.message_id, b.message_id);
  }
}

TEST(ReportMail, MessageIdDependsOnMessageAndRecipientOnly) {
  const OutgoingMail mail = rendered(samples::busy_day());
  EXPECT_EQ(mail.message_id, "<6921a0f0c0ffee0123456789.4b00a16245fc90bb@shop.example>");
  EXPECT_EQ(parse_mail(mail.content).headers["Message-Id"], mail.message_id);
  EXPECT_EQ(rendered(samples::plain_day()).message_id, mail.message_id);
  EXPECT_NE(rendered(samples::busy_day(), std::string(kId) + ".1").message_id, mail.message_id);
  EXPECT_NE(rendered(samples::busy_day(), kId, "other@shop.example").message_id, mail.message_id);
  EXPECT_EQ(rendered(samples::busy_day(), kId, "Boss <boss@shop.example>").message_id,
            mail.message_id);
}

TEST(ReportMail, AForeignMessageIdIsHashed) {
  for (const std::string& id :
       {std::string(), std::string("a b"), std::string("x>\r\nBcc: all@example.com"),
        std::string("a..b"), std::string(500, 'a'), std::string("n\0l", 3)}) {
    const OutgoingMail mail = rendered(samples::plain_day(), id);
    EXPECT_EQ(mail.message_id.size(), std::string("<>@shop.example").size() + 32 + 1 + 16) << id;
    EXPECT_EQ(mail.message_id, rendered(samples::plain_day(), id).message_id);
    EXPECT_FALSE(has(mail.content, "Bcc"));
  }
}

TEST(ReportMail, EnvelopeHasBareAddresses) {
  const OutgoingMail mail = rendered(samples::plain_day(), kId, "\"The Böss\" <boss@shop.example>");
  EXPECT_EQ(mail.from, "sales@shop.example");
  EXPECT_EQ(mail.recipient, "boss@shop.example");
  EXPECT_EQ(parse_mail(mail.content).headers["To"], "The Böss <boss@shop.example>");
  EXPECT_FALSE(renderer().render(samples::plain_day(), kId, "boss@shop.example\r\nBcc: a@b", {}));
}

TEST(ReportMail, SaysWhatWasSold) {
  const std::string text = text_of(samples::busy_day());
  EXPECT_TRUE(has(text, "Daily sales report 12\nSunday, 22 November 2026\n"));
  EXPECT_TRUE(
      has(text,
          "From  Sat 21 Nov 2026, 12:00 (UTC+01:00)\nTo    Sun 22 Nov 2026, 12:00 (UTC+01:00)\n"
          "Zone  Europe/Berlin\n"));
  EXPECT_TRUE(has(text,
                  "EUR\n  Total     1,234.50 EUR\n  Invoices  17, 72.62 EUR on average, 1 void "
                  "(not in the total)\n"
                  "  Day before: 1,096.40 EUR on Sat 21 Nov 2026, +12.6%\n"
                  "  Week before: 1,274.00 EUR on Sun 15 Nov 2026, -3.1%\n"))
      << text;
  EXPECT_TRUE(has(text,
                  "USD\n  Total     999.00 USD\n  Invoices  2, 499.50 USD on average\n"
                  "  Day before: 1,200.00 USD on Sat 21 Nov 2026, -16.8%\n"
                  "  Week before: 0.00 USD on Sun 15 Nov 2026\n"))
      << text;
  EXPECT_FALSE(has(text, "this window is"));
}

TEST(ReportMail, ListsTwentySkusByQuantityAndSaysHowManyMore) {
  const std::string text = text_of(samples::busy_day());
  EXPECT_TRUE(has(text, "Sold (37 SKUs)\n  14.5 x DG314\n  14.5 x DG343\n  14 x DG328\n")) << text;
  EXPECT_TRUE(has(text, "  and 17 more, all in sales-2026-11-22.csv\n"));
  const std::string sold =
      text.substr(text.find("Sold ("), text.find("Corrections") - text.find("Sold ("));
  EXPECT_EQ(std::count(sold.begin(), sold.end(), 'x'), 20);
  EXPECT_TRUE(has(text_of(samples::plain_day()), "Sold (1 SKU)\n  2 x DG334\n"));
  EXPECT_FALSE(has(text_of(samples::plain_day()), " more"));
}

TEST(ReportMail, PutsEachCorrectionUnderItsDay) {
  const std::string text = text_of(samples::busy_day());
  EXPECT_TRUE(has(text,
                  "  Tue 17 Nov 2026, report 7\n    +1,250.00 EUR, +2 invoices\n    +12 x DG311\n  "
                  "  +2.5 x DG310\n"))
      << text;
  EXPECT_TRUE(has(
      text, "  Fri 20 Nov 2026, report 10\n    -40.00 EUR, -1 invoice, +1 void\n    -1 x DG334\n"))
      << text;
  EXPECT_TRUE(has(text,
                  "This day with what is listed above\n  2,444.50 EUR (18 invoices)\n  999.00 USD "
                  "(2 invoices)\n"));
  EXPECT_TRUE(has(text, "Corrections of 1 earlier day (report 3) wait for the next report.\n"));
}

TEST(ReportMail, BoundsTheCorrectionsAndSaysWhatIsLeftOut) {
  SalesReport report = samples::busy_day();
  const Correction one = report.corrections[0];
  report.corrections.assign(400, one);
  report.corrections[0].figures.skus.clear();
  for (int i = 0; i < 50; ++i)
    report.corrections[0].figures.skus.push_back({"S" + std::to_string(100 + i), 1000});
  const std::string text = text_of(report);
  EXPECT_TRUE(has(text, "    and 40 more SKUs\n")) << text;
  EXPECT_TRUE(has(text, "  and 369 days more: https://shop.example/reports/2026-11-22\n")) << text;
  EXPECT_LT(html_of(report).size(), 102'000U) << "some mail programs cut here";
}

TEST(ReportMail, ACorrectionMayConcernSkusOrTheTimeBeforeTheOpening) {
  SalesReport report = samples::plain_day();
  Correction before_opening;
  before_opening.figures.skus = {{"OLD", -2500}};
  report.corrections = {before_opening};
  EXPECT_TRUE(has(text_of(report), "  Before the opening\n    -2.5 x OLD\n")) << text_of(report);
}

TEST(ReportMail, FirstReportHasItsOpeningBalance) {
  const std::string text = text_of(samples::first_report());
  EXPECT_TRUE(has(text,
                  "Opening balance: dated before Sat 21 Nov 2026, 12:00 (UTC+01:00)\n"
                  "    18,450.75 EUR, 211 invoices\n    150 x DG334\n    61.5 x DG335\n"))
      << text;
  EXPECT_TRUE(has(text, "Day before: no report\n  Week before: no report\n"));
  EXPECT_TRUE(has(text, "18,761.25 EUR (214 invoices)"));
  EXPECT_EQ(parsed(samples::first_report()).parts.size(), 3U) << "one bar alone is no chart";
}

TEST(ReportMail, ADayWithoutSalesSaysSo) {
  const SalesReport report = samples::day_without_sales();
  EXPECT_EQ(parsed(report).headers["Subject"], "Daily sales report 12 · 2026-11-22 · no sales");
  EXPECT_TRUE(has(text_of(report), "No sales in this window.\n"));
  EXPECT_TRUE(has(text_of(report),
                  "  Total     0.00 EUR\n  Invoices  0\n"
                  "  Day before: 276.00 EUR on Sat 21 Nov 2026, -100.0%\n"
                  "  Week before: 0.00 EUR on Sun 15 Nov 2026\n"))
      << text_of(report);
  EXPECT_TRUE(has(html_of(report), "No sales in this window."));
  EXPECT_FALSE(has(text_of(samples::plain_day()), "No sales"));
  EXPECT_EQ(parsed(report).part("text/csv").content, codec::write_sku_csv(report));
}

TEST(ReportMail, ACurrencyThatFellToNothingIsShown) {
  SalesReport report = samples::plain_day();
  report.previous_day->totals.push_back({samples::currency("USD"), 1, 5000, 0});
  EXPECT_TRUE(
      has(text_of(report),
          "USD\n  Total     0.00 USD\n  Invoices  0\n  Day before: 50.00 USD on Sat 21 Nov 2026, "
          "-100.0%\n"))
      << text_of(report);
}

TEST(ReportMail, APreviewIsMarkedEverywhere) {
  const SalesReport report = samples::running_day();
  EXPECT_EQ(parsed(report).headers["Subject"],
            "Preview of the running day, not final · 2026-11-22 · 1,234.50 EUR, 999.00 USD so far");
  EXPECT_TRUE(text_of(report).starts_with("PREVIEW of the running day: not final"));
  EXPECT_TRUE(has(html_of(report), "Preview of the running day."));
  EXPECT_FALSE(has(text_of(report), "Daily sales report 12"));
  EXPECT_FALSE(has(html_of(report), "Daily sales report 12"));
  EXPECT_FALSE(has(html_of(samples::busy_day()), "Preview"));
}

TEST(ReportMail, ReadsLikeAReportWhenItComesFromTheOriginal) {
  const SalesReport report = samples::original_report();
  EXPECT_EQ(parsed(report).headers["Subject"], "Sales report · 2026-11-22 · 310.50 USD");
  EXPECT_EQ(text_of(report),
            "Sales report\nSunday, 22 November 2026\n\nUSD\n  Total     310.50 USD\n\nSold (2 "
            "SKUs)\n  2 x DG334\n"
            "  1.5 x DG335\n\n--\nComputed Sun 22 Nov 2026, 12:00 (UTC)\n");
}

TEST(ReportMail, TellsOfAWindowThatIsNoDayLong) {
  SalesReport report = samples::plain_day();
  report.window = {samples::instant("2026-10-24T10:00:00Z"),
                   samples::instant("2026-10-25T11:00:00Z")};
  report.business_day = samples::day("2026-10-25");
  EXPECT_TRUE(
      has(text_of(report),
          "From  Sat 24 Oct 2026, 12:00 (UTC+02:00)\nTo    Sun 25 Oct 2026, 12:00 (UTC+01:00)\n"
          "Zone  Europe/Berlin (this window is 25 h long)\n"))
      << text_of(report);
}

TEST(ReportMail, HostileNamesStayText) {
  const SalesReport report = samples::hostile_report();
  const OutgoingMail mail = rendered(report, report.report_id);
  ParsedMail taken_apart = parse_mail(mail.content);
  EXPECT_EQ(taken_apart.parts.size(), 4U);
  for (const std::string& name : taken_apart.header_names) EXPECT_NE(name, "Bcc");
  for (const std::string& html : {taken_apart.part("text/html").content, html_of(report)}) {
    EXPECT_FALSE(has(html, "<script"));
    EXPECT_FALSE(has(html, "<img src=x"));
    EXPECT_FALSE(has(html, "\"onmouseover"));
    EXPECT_TRUE(has(html, "&lt;script&gt;alert(&#39;sku&#39;)&lt;/script&gt;"));
    EXPECT_TRUE(has(html, "{{#skus}}{{{sku}}}{{/skus}}")) << "a SKU must not act as a template";
    EXPECT_FALSE(has(html, "\xE2\x80\xAE"));
    EXPECT_FALSE(has(html, std::string(61, 'W')));
  }
  const std::string text = text_of(report);
  EXPECT_TRUE(has(text,
                  "  7 x a\xEF\xBF\xBD\xEF\xBF\xBD"
                  "Bcc: victim@example.com\n"));
  EXPECT_FALSE(has(text, "\xE2\x80\xAE"));
  const std::string csv = taken_apart.part("text/csv").content;
  EXPECT_TRUE(has(csv, std::string(10'000, 'W'))) << "the attachment has all of it";
}

TEST(ReportMail, ASubjectTemplateCannotBreakTheHeader) {
  // The one text from outside that reaches the headers by way of a template of the operator.
  std::string pattern = (std::filesystem::temp_directory_path() / "mail-subject-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const std::filesystem::path sources = INVOICING_TEMPLATE_SOURCES;
  std::filesystem::copy(sources, folder, std::filesystem::copy_options::recursive);
  std::ofstream(folder / "report.subject.mustache")
      << "{{#skus}}{{sku}} {{/skus}}\r\nBcc: evil@example.com";
  const auto custom = ReportMailRenderer::create({"sales@shop.example", "", folder});
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(custom) << custom.error().detail();
  const auto mail = (*custom)->render(samples::hostile_report(), kId, "boss@shop.example", {});
  ASSERT_TRUE(mail);
  ParsedMail taken_apart = parse_mail(mail->content);
  for (const std::string& name : taken_apart.header_names) EXPECT_NE(name, "Bcc");
  EXPECT_EQ(taken_apart.parts.size(), 4U);
}

TEST(ReportMail, HtmlNeedsNothingFromOutside) {
  const std::string html = html_of(samples::busy_day());
  EXPECT_TRUE(has(html, "src=\"data:image/png;base64,iVBOR"));
  EXPECT_TRUE(
      has(html,
          "alt=\"Bar chart of EUR totals by day, 8 Nov to 22 Nov: this day 1,234.50 EUR, highest "
          "1,780.99 EUR on 14 Nov.\""));
  EXPECT_TRUE(has(html, "prefers-color-scheme: dark"));
  for (const char* outside : {"<link", "<script", "@import", "url(", "src=\"http"})
    EXPECT_FALSE(has(html, outside));
}

TEST(ReportMail, LinksOnlyWhereThePublicUrlIsKnown) {
  EXPECT_TRUE(
      has(html_of(samples::busy_day()), "href=\"https://shop.example/reports/2026-11-22/mail\""));
  EXPECT_TRUE(
      has(html_of(samples::running_day()), "href=\"https://shop.example/reports/current\""));
  const auto without = ReportMailRenderer::create({"sales@localhost", "", {}});
  EXPECT_FALSE(has(must((*without)->render_html(samples::busy_day())), "href"));
}

TEST(ReportMail, ABadStartIsOneClearSentence) {
  EXPECT_FALSE(ReportMailRenderer::create({"nobody", "", {}}));
  for (const char* url : {"javascript:alert(1)", "shop.example",
                          "https://x\"onclick=", "https://x y", "http://x\r\ny"}) {
    const auto created = ReportMailRenderer::create({"sales@localhost", url, {}});
    ASSERT_FALSE(created) << url;
    EXPECT_TRUE(has(created.error().detail(), "PUBLIC_URL"));
  }
  const auto created = ReportMailRenderer::create({"sales@localhost", "", "/nowhere"});
  ASSERT_FALSE(created);
  EXPECT_TRUE(has(created.error().detail(), "/nowhere/report.subject.mustache"));
}

TEST(ReportMail, AHundredThousandSkusCostTheAttachmentOnly) {
  const SalesReport report = samples::report_of_skus(100'000);
  const auto start = std::chrono::steady_clock::now();
  const OutgoingMail mail = rendered(report);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took, std::chrono::seconds{20}) << "sanitizers included";
  const ParsedMail taken_apart = parse_mail(mail.content);
  EXPECT_LT(taken_apart.part("text/html").content.size(), 102'000U);
  EXPECT_LT(taken_apart.part("text/plain").content.size(), 5'000U);
  EXPECT_EQ(taken_apart.part("text/csv").content, codec::write_sku_csv(report));
  EXPECT_TRUE(has(taken_apart.part("text/plain").content, "Sold (100,000 SKUs)"));
}

}  // namespace
}  // namespace invoicing::mail
