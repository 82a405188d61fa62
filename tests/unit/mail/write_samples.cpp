// write_samples FOLDER: the sample reports as .html and .eml, for tests/unit/mail/screenshots and
// for whoever changes a template.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "mail/report_mail_renderer.hpp"
#include "tests/unit/mail/sample_reports.hpp"

int main(int argc, char** argv) {
  namespace samples = invoicing::mail::samples;
  if (argc != 2) {
    std::cerr << "write_samples FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const auto renderer = invoicing::mail::ReportMailRenderer::create(
      {"Example Shop <sales@shop.example>", "https://shop.example", {}});
  const std::pair<const char*, invoicing::SalesReport> reports[] = {
      {"busy", samples::busy_day()},          {"plain", samples::plain_day()},
      {"none", samples::day_without_sales()}, {"first", samples::first_report()},
      {"preview", samples::running_day()},    {"original", samples::original_report()},
      {"hostile", samples::hostile_report()}, {"large", samples::report_of_skus(100'000)}};
  for (const auto& [name, report] : reports) {
    const auto html = (*renderer)->render_html(report);
    const auto mail = (*renderer)->render(report, report.report_id, "boss@shop.example", {});
    std::ofstream(folder / (std::string(name) + ".html")) << *html;
    std::ofstream(folder / (std::string(name) + ".eml")) << mail->content;
  }
}
