#include "mail/mail_templates.hpp"

#include <fstream>
#include <sstream>

#include <kainjow/mustache.hpp>

#include "mail/display_text.hpp"
#include "mail/report_html.hpp"
#include "mail/report_subject.hpp"
#include "mail/report_text.hpp"

namespace invoicing::mail {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t kMaxTemplateBytes = 1'000'000;

mustache::data to_data(const View& view);

mustache::data to_data(const View::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return mustache::data(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return mustache::data(*flag);
  mustache::data list(mustache::data::type::list);
  for (const View& entry : std::get<View::List>(value)) list << to_data(entry);
  return list;
}

mustache::data to_data(const View& view) {
  mustache::data object;
  for (const auto& [name, value] : view.values()) object.set(name, to_data(value));
  return object;
}

// Parsed anew for each mail: rendering writes to the library's template object, so that a shared
// one would need a lock, and a mail is rare.
std::string render(const std::string& source, const View& view, bool escape) {
  mustache::mustache parsed(source);
  parsed.set_custom_escape(
      [escape](const std::string& text) { return escape ? html_escaped(text) : text; });
  return parsed.render(to_data(view));
}

Error template_error(const std::filesystem::path& file, const std::string& what) {
  return Error(ErrorCode::validation_failed, "Mail template " + file.string() + ": " + what);
}

Result<std::string> read_template(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return template_error(file, "cannot be opened; each of the three templates is needed.");
  std::string source;
  char block[8192];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    source.append(block, static_cast<std::size_t>(in.gcount()));
    if (source.size() > kMaxTemplateBytes) return template_error(file, "is larger than 1 MB.");
  }
  if (in.bad()) return template_error(file, "cannot be read.");
  if (!is_valid_utf8(source)) return template_error(file, "is not UTF-8.");
  if (const std::string fault = template_fault(source); !fault.empty())
    return template_error(file, fault);
  if (const mustache::mustache parsed(source); !parsed.is_valid())
    return template_error(file, parsed.error_message() + '.');
  return source;
}

}  // namespace

MailTemplates MailTemplates::embedded() {
  MailTemplates templates;
  templates.subject_ = embedded::kReportSubject;
  templates.text_ = embedded::kReportText;
  templates.html_ = embedded::kReportHtml;
  return templates;
}

Result<MailTemplates> MailTemplates::load(const std::filesystem::path& directory) {
  MailTemplates templates;
  auto subject = read_template(directory / kSubjectTemplate);
  if (!subject) return subject.error();
  auto text = read_template(directory / kTextTemplate);
  if (!text) return text.error();
  auto html = read_template(directory / kHtmlTemplate);
  if (!html) return html.error();
  templates.subject_ = std::move(*subject);
  templates.text_ = std::move(*text);
  templates.html_ = std::move(*html);
  return templates;
}

std::string MailTemplates::subject(const View& view) const {
  std::string line;
  for (const char c : render(subject_, view, false)) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// A section that shows nothing leaves its empty line behind: no more than one in a row is kept.
std::string MailTemplates::text(const View& view) const {
  std::string out;
  bool after_blank = true;
  std::istringstream lines(render(text_, view, false));
  for (std::string line; std::getline(lines, line);) {
    const bool blank = line.find_first_not_of(" \t\r") == std::string::npos;
    if (!blank) out += line;
    if (!blank || !after_blank) out += '\n';
    after_blank = blank;
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string MailTemplates::html(const View& view) const {
  return render(html_, view, true);
}

}  // namespace invoicing::mail
