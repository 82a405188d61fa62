#include "mail/mail_templates.hpp"

#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mail/report_view.hpp"
#include "tests/unit/mail/sample_reports.hpp"

namespace invoicing::mail {
namespace {

class TemplateFolder {
 public:
  TemplateFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "mail-templates-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    write(kSubjectTemplate, "Report {{number}}");
    write(kTextTemplate, "{{#has_skus}}{{#skus}}{{sku}}\n{{/skus}}{{/has_skus}}");
    write(kHtmlTemplate, "<p>{{headline}}</p>");
  }
  ~TemplateFolder() { std::filesystem::remove_all(path_); }

  void write(std::string_view name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  const std::filesystem::path& path() const { return path_; }
  std::string fault() const {
    const auto loaded = MailTemplates::load(path_);
    return loaded ? "" : loaded.error().detail();
  }

 private:
  std::filesystem::path path_;
};

View view_of(const SalesReport& report) {
  return make_report_view(report, {"https://x.example", "cid:c", "chart", "sales.csv"});
}

void collect_names(const View& view, std::set<std::string>& names) {
  for (const auto& [name, value] : view.values()) {
    names.insert(name);
    if (const auto* list = std::get_if<View::List>(&value))
      for (const View& entry : *list) collect_names(entry, names);
  }
}

TEST(MailTemplates, EmbeddedOnesAreSound) {
  const std::filesystem::path sources = INVOICING_TEMPLATE_SOURCES;
  const auto loaded = MailTemplates::load(sources);
  ASSERT_TRUE(loaded) << loaded.error().detail();
  const View view = view_of(samples::busy_day());
  EXPECT_EQ(loaded->html(view), MailTemplates::embedded().html(view));
  EXPECT_EQ(loaded->text(view), MailTemplates::embedded().text(view));
  EXPECT_EQ(loaded->subject(view), MailTemplates::embedded().subject(view));
}

TEST(MailTemplates, TheKnownNamesAreExactlyThoseOfAView) {
  std::set<std::string> names{"."};
  collect_names(view_of(samples::busy_day()), names);
  collect_names(view_of(samples::first_report()), names);
  const auto known = view_names();
  EXPECT_EQ(names, (std::set<std::string>{known.begin(), known.end()}));
  EXPECT_EQ(names.size(), known.size()) << "a name stands twice";
}

TEST(MailTemplates, ReplacedOnesAreUsed) {
  const TemplateFolder folder;
  const auto loaded = MailTemplates::load(folder.path());
  ASSERT_TRUE(loaded) << loaded.error().detail();
  const View view = view_of(samples::plain_day());
  EXPECT_EQ(loaded->subject(view), "Report 12");
  EXPECT_EQ(loaded->text(view), "DG334\n");
  EXPECT_EQ(loaded->html(view), "<p>310.50 EUR</p>");
}

TEST(MailTemplates, HtmlIsEscapedAndTextIsNot) {
  const TemplateFolder folder;
  folder.write(kHtmlTemplate, "<a title='{{sku}}'>");
  folder.write(kTextTemplate, "{{sku}}");
  const auto loaded = MailTemplates::load(folder.path());
  ASSERT_TRUE(loaded);
  View view;
  view.set("sku", R"(<b a="c">&'{{sku}})");
  EXPECT_EQ(loaded->html(view), "<a title='&lt;b a=&quot;c&quot;&gt;&amp;&#39;{{sku}}'>");
  EXPECT_EQ(loaded->text(view), "<b a=\"c\">&'{{sku}}\n");
}

TEST(MailTemplates, SubjectIsOneLine) {
  const TemplateFolder folder;
  folder.write(kSubjectTemplate, "\n {{#final}}a\r\n b{{/final}}\n\n{{sku}} ");
  View view;
  view.set("final", true).set("sku", "x\r\nBcc: all@example.com");
  EXPECT_EQ(MailTemplates::load(folder.path())->subject(view), "a b x Bcc: all@example.com");
}

TEST(MailTemplates, AMissingFileIsNamed) {
  for (const auto name : {kSubjectTemplate, kTextTemplate, kHtmlTemplate}) {
    const TemplateFolder folder;
    std::filesystem::remove(folder.path() / name);
    EXPECT_NE(folder.fault().find(name), std::string::npos) << folder.fault();
    EXPECT_NE(folder.fault().find("cannot be opened"), std::string::npos) << folder.fault();
  }
}

TEST(MailTemplates, ABrokenFileIsNamedWithItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"one\ntwo {{#skus}}\nthree", "line 2: the section {{#skus}} is never closed."},
      {"one\n{{/skus}}", "line 2: {{/skus}} closes a section that is not open."},
      {"{{#skus}}\n\n{{#final}}\n{{/skus}}",
       "line 4: {{/skus}} stands where {{#final}} of line 3 must be closed first."},
      {"one\n\n{{totl}}", "line 3: the mail knows no name as in {{totl}}."},
      {"{{#}}{{/}}", "line 1: the mail knows no name as in {{#}}."},
      {"one\n{{number", "line 2: the tag that starts here has no }}."},
      {"one\n{{{sku}}}", "line 2: unescaped tags"},
      {"one\n{{&sku}}", "line 2: unescaped tags"},
      {"{{>other}}", "line 1: partials"},
      {"{{=<% %>=}}", "line 1: other delimiters"},
      {"{{! a comment\nof two lines }}\n{{x}}", "line 3: the mail knows no name as in {{x}}."},
  };
  for (const auto& [source, expected] : cases) {
    const TemplateFolder folder;
    folder.write(kHtmlTemplate, source);
    EXPECT_NE(folder.fault().find(expected), std::string::npos)
        << source << " gave: " << folder.fault();
    EXPECT_NE(folder.fault().find(kHtmlTemplate), std::string::npos);
  }
}

TEST(MailTemplates, RefusesWhatIsNoUtf8OrTooLarge) {
  const TemplateFolder folder;
  folder.write(kTextTemplate, "\xFF");
  EXPECT_NE(folder.fault().find("UTF-8"), std::string::npos);
  folder.write(kTextTemplate, std::string(1'000'001, 'x'));
  EXPECT_NE(folder.fault().find("1 MB"), std::string::npos);
}

}  // namespace
}  // namespace invoicing::mail
