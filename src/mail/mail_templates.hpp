#pragma once
// The three templates of the report mail (mustache): the subject, the text and the HTML. They are
// files of this folder, embedded into the program; an operator may put files of his own in their
// place.

#include <filesystem>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "mail/view.hpp"

namespace invoicing::mail {

inline constexpr std::string_view kSubjectTemplate = "report.subject.mustache";
inline constexpr std::string_view kTextTemplate = "report.txt.mustache";
inline constexpr std::string_view kHtmlTemplate = "report.html.mustache";

/// Immutable; any thread.
class MailTemplates {
 public:
  /// The embedded ones.
  static MailTemplates embedded();
  /// All three from `directory`. Error validation_failed, naming the file and the line, where one
  /// is missing, larger than 1 MB, not UTF-8, or broken: a section left open, a name that the mail
  /// does not know (docs/operating/mail.md lists them), an unescaped tag ({{{x}}} or {{&x}}: names
  /// of goods come from outside), a partial, other delimiters.
  static Result<MailTemplates> load(const std::filesystem::path& directory);

  /// One line, without blanks at the ends.
  std::string subject(const View& view) const;
  /// Nothing is escaped; no two empty lines in a row, none at the ends.
  std::string text(const View& view) const;
  /// Everything is escaped for HTML.
  std::string html(const View& view) const;

 private:
  MailTemplates() = default;

  std::string subject_;
  std::string text_;
  std::string html_;
};

/// Why `source` is no template for us ("line 12: …"); empty if it is one.
std::string template_fault(std::string_view source);

}  // namespace invoicing::mail
