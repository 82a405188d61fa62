#include "mail/report_mail_renderer.hpp"

#include <algorithm>

#include "codec/invoice_csv.hpp"
#include "domain/hex.hpp"
#include "domain/invoice_id.hpp"
#include "mail/chart.hpp"
#include "mail/display_text.hpp"
#include "mail/mime_mail.hpp"
#include "mail/report_view.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kMaxMessageIdBytes = 100;
constexpr std::size_t kMaxSubjectCharacters = 200;

bool is_plain_id(const std::string& id) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-';
  };
  return !id.empty() && id.size() <= kMaxMessageIdBytes && id.front() != '.' && id.back() != '.' &&
         id.find("..") == std::string::npos && std::all_of(id.begin(), id.end(), plain);
}

std::string local_part(const std::string& message_id, const std::string& address) {
  const std::string id =
      is_plain_id(message_id) ? message_id : to_hex(sha256(message_id)).substr(0, 32);
  return id + '.' + to_hex(sha256(address)).substr(0, 16);
}

/// "https://shop.example/x/" without its last slash, if it is a URL that may stand in a link.
Result<std::string> checked_public_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const bool scheme = url.starts_with("https://") || url.starts_with("http://");
  const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c < 127 && std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
  });
  if (url.empty() || (scheme && clean)) return url;
  return Error(ErrorCode::validation_failed,
               "PUBLIC_URL \"" + shown(url, 80) +
                   "\" must start with http:// or https:// and hold no blanks or quotes.");
}

}  // namespace

Result<std::unique_ptr<ReportMailRenderer>> ReportMailRenderer::create(
    const MailRendererOptions& options) {
  auto from = parse_mail_address(options.from);
  if (!from) return from.error();
  auto url = checked_public_url(options.public_url);
  if (!url) return url.error();
  Result<MailTemplates> templates = MailTemplates::embedded();
  if (!options.templates.empty()) templates = MailTemplates::load(options.templates);
  if (!templates) return templates.error();
  return std::unique_ptr<ReportMailRenderer>(
      new ReportMailRenderer(std::move(*from), std::move(*url), std::move(*templates)));
}

Result<OutgoingMail> ReportMailRenderer::render(const SalesReport& report,
                                                const std::string& message_id,
                                                const std::string& recipient,
                                                const Trace& trace) const {
  auto to = parse_mail_address(recipient);
  if (!to) return to.error();
  MimeMail mail;
  mail.from = from_;
  mail.to = std::move(*to);
  const std::string domain(from_.domain());
  mail.message_id = local_part(message_id, mail.to.address) + '@' + domain;
  mail.date = report.generated_at;
  mail.business_day = format_day(day_of(report));
  mail.trace = trace;
  mail.csv = codec::write_sku_csv(report);
  mail.csv_name = "sales-" + mail.business_day + ".csv";

  ViewSurroundings surroundings{public_url_, {}, {}, mail.csv_name};
  if (const auto chart = chart_of(report)) {
    mail.chart_png = draw_chart_png(*chart);
    mail.chart_content_id = "chart." + mail.message_id;
    if (!mail.chart_png.empty()) surroundings.chart_src = "cid:" + mail.chart_content_id;
    surroundings.chart_alt = chart_text(*chart);
  }
  const View view = make_report_view(report, surroundings);
  mail.subject = shown(templates_.subject(view), kMaxSubjectCharacters);
  mail.text = templates_.text(view);
  mail.html = templates_.html(view);
  auto content = write_mime(mail);
  if (!content) return content.error();
  return OutgoingMail{'<' + mail.message_id + '>', from_.address, mail.to.address,
                      std::move(*content)};
}

Result<std::string> ReportMailRenderer::render_html(const SalesReport& report) const {
  ViewSurroundings surroundings{public_url_, {}, {}, {}};
  if (const auto chart = chart_of(report)) {
    const std::string png = draw_chart_png(*chart);
    if (!png.empty()) surroundings.chart_src = "data:image/png;base64," + base64(png);
    surroundings.chart_alt = chart_text(*chart);
  }
  return templates_.html(make_report_view(report, surroundings));
}

}  // namespace invoicing::mail
