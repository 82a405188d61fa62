// docs/reference/configuration.md is held against the table of options.

#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>

#include "ops/option_table.hpp"

namespace invoicing::ops {
namespace {

constexpr std::array kPrograms{Program::invoice_service, Program::report_generator,
                               Program::email_sender, Program::standalone};

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string shown_default(std::string_view text) {
  return text.empty() ? "none" : code(text);
}

std::string defaults(const Option& option) {
  std::string text = shown_default(option.default_text);
  for (const auto& other : option.defaults_of) {
    text += "; " + std::string(to_string(other.program)) + " " + shown_default(other.text);
  }
  return text;
}

std::string readers(const Option& option) {
  std::string text;
  for (const auto program : kPrograms) {
    if (option.read_by(program))
      text += (text.empty() ? "" : ", ") + std::string(to_string(program));
  }
  return option.programs == 15 ? "all" : text;
}

// The row of the page: option, flag, key of the file, default, readers, meaning.
std::string row(const Option& option) {
  std::string meaning(option.help);
  if (!option.choices.empty()) {
    std::string choices(option.choices);
    for (auto at = choices.find('|'); at != std::string::npos; at = choices.find('|', at)) {
      choices.replace(at, 1, "`, `");
    }
    meaning += " (" + code(choices) + ")";
  }
  if (option.secret) meaning += " (secret)";
  return "| " + code(option.name) + " | " + code(option.flag()) + " | " + code(option.file_key()) +
         " | " + defaults(option) + " | " + readers(option) + " | " + meaning + " |";
}

TEST(ConfigurationPage, HasOneRowForEachOptionInTheOrderOfTheTable) {
  std::ifstream file(CONFIGURATION_PAGE);
  ASSERT_TRUE(file) << CONFIGURATION_PAGE;
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `")) rows.push_back(line);
  }
  std::vector<std::string> expected;
  for (const auto& option : option_table()) expected.push_back(row(option));
  EXPECT_EQ(rows, expected);
}

TEST(ConfigurationPage, NamesWhatIsNoOptionOfTheTable) {
  std::ifstream file(CONFIGURATION_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const auto& option : option_table()) {
    if (!option.secret) continue;
    EXPECT_THAT(page, testing::HasSubstr(code(std::string(option.name) + "_FILE")));
  }
  for (const auto* flag : {"--config FILE", "--print-config", "--help", "--version"}) {
    EXPECT_THAT(page, testing::HasSubstr(code(flag)));
  }
}

TEST(OptionTable, NamesEachOptionOnceAndEveryOptionHasAReader) {
  std::set<std::string_view> names;
  for (const auto& option : option_table()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_NE(option.programs, 0) << option.name;
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_EQ(name_of(option.flag()), option.name);
    EXPECT_EQ(name_of(option.file_key()), option.name);
    EXPECT_EQ(option.kind == OptionKind::choice, !option.choices.empty()) << option.name;
  }
}

// A program that reads an option which it does not know would accept and ignore it.
TEST(OptionTable, TheStandaloneReadsWhatItUsesAndNothingElse) {
  std::set<std::string_view> read;
  for (const auto& option : option_table()) {
    if (option.read_by(Program::standalone)) read.insert(option.name);
  }
  EXPECT_EQ(read, (std::set<std::string_view>{"HTTP_ADDRESS",
                                              "HTTP_THREADS",
                                              "DATA_DIR",
                                              "TIME_ZONE",
                                              "CUT_OFF",
                                              "CURRENCY",
                                              "SMTP_URI",
                                              "SMTP_PASSWORD",
                                              "SMTP_CA_FILE",
                                              "MAIL_FROM",
                                              "MAIL_TO",
                                              "MAIL_RETRY_HOURS",
                                              "MAIL_TEMPLATES",
                                              "AUTH",
                                              "ALLOW_OPEN",
                                              "API_KEYS_FILE",
                                              "TLS_CERT_FILE",
                                              "TLS_KEY_FILE",
                                              "TLS_CLIENT_CA_FILE",
                                              "JWT_ISSUER",
                                              "JWT_AUDIENCE",
                                              "JWT_KEYS",
                                              "JWT_CA_FILE",
                                              "JWT_ALGORITHMS",
                                              "JWT_SCOPE_CLAIM",
                                              "TRUSTED_PROXIES",
                                              "RATE_LIMIT_PER_KEY",
                                              "RATE_LIMIT_PER_ADDRESS",
                                              "SESSION_HOURS",
                                              "PUBLIC_URL",
                                              "LOG_LEVEL",
                                              "LOG_FORMAT",
                                              "UNIQUE_REFERENCE"}));
}

}  // namespace
}  // namespace invoicing::ops
