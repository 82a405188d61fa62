#include <gmock/gmock.h>

#include "ops/print_config.hpp"
#include "tests/unit/ops/start.hpp"

namespace invoicing::ops::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "t0psecret";

TEST(Secrets, AFileGivesThemAtEveryLevel) {
  const Folder folder;
  const auto secret = folder.file("password", std::string(kSecret) + "\n");
  const auto config = folder.file("c.toml", "smtp_password_file = \"" + secret + "\"\n");
  EXPECT_EQ(start({"--smtp-password-file", secret}).secrets.smtp_password, kSecret);
  EXPECT_EQ(start({}, {{"SMTP_PASSWORD_FILE", secret}}).secrets.smtp_password, kSecret);
  EXPECT_EQ(start({"--config", config}).secrets.smtp_password, kSecret);
}

TEST(Secrets, AFileOfAStrongerLevelBeatsTheValueOfAWeakerOne) {
  const Folder folder;
  const auto secret = folder.file("password", kSecret);
  const Environment environment{{"SMTP_PASSWORD", "weaker"}};
  EXPECT_EQ(start({"--smtp-password-file", secret}, environment).secrets.smtp_password, kSecret);
  const Environment file{{"SMTP_PASSWORD_FILE", secret}};
  EXPECT_EQ(start({"--smtp-password", "stronger"}, file).secrets.smtp_password, "stronger");
}

TEST(Secrets, ValueAndFileAtOneLevelAreAnError) {
  const Folder folder;
  const auto secret = folder.file("password", kSecret);
  EXPECT_EQ(bad_start({}, {{"SMTP_PASSWORD", "a"}, {"SMTP_PASSWORD_FILE", secret}}),
            "environment SMTP_PASSWORD: is given together with environment SMTP_PASSWORD_FILE; "
            "give one of the two");
  EXPECT_THAT(bad_start({"--smtp-password=a", "--smtp-password-file=" + secret}),
              HasSubstr("--smtp-password: is given together with --smtp-password-file"));
  const auto config = folder.file("c.toml", "smtp_password = \"a\"\nsmtp_password_file = \"b\"\n");
  EXPECT_EQ(bad_start({"--config", config}),
            config + ":1:17: is given together with " + config + ":2:22; give one of the two");
  EXPECT_EQ(
      start({}, {{"SMTP_PASSWORD", ""}, {"SMTP_PASSWORD_FILE", secret}}).secrets.smtp_password,
      kSecret);
}

TEST(Secrets, OnlyLineEndsAtTheEndAreRemovedFromAFile) {
  const Folder folder;
  for (const auto* end : {"", "\n", "\r\n", "\n\n"}) {
    const auto secret = folder.file("password", std::string(" pass word ") + end);
    EXPECT_EQ(start({"--smtp-password-file", secret}).secrets.smtp_password, " pass word ");
  }
}

TEST(Secrets, AFileThatCannotBeUsedIsNamed) {
  const Folder folder;
  const auto refused = [&](const std::string& file) {
    return bad_start({}, {{"SMTP_PASSWORD_FILE", file}});
  };
  EXPECT_EQ(refused("/nowhere/p"),
            "environment SMTP_PASSWORD_FILE: the file \"/nowhere/p\" cannot be read; name a file "
            "that this user may read");
  EXPECT_THAT(refused(folder.path.string()), HasSubstr("cannot be read"));
  EXPECT_THAT(refused(folder.file("empty", "\n")),
              HasSubstr("/empty\" is empty; write the secret"));
  EXPECT_THAT(refused(folder.file("lines", "a\nb\n")), HasSubstr("/lines\" has several lines"));
  EXPECT_THAT(refused(folder.file("large", std::string(65537, 'a'))), HasSubstr("is over 64 KiB"));
  EXPECT_THAT(refused(folder.file("bell", "a\ab")), HasSubstr("another control character"));
}

// Whatever is wrong, no text that the program prints holds the secret.
TEST(Secrets, NeverStandInAnErrorText) {
  const Folder folder;
  const std::string secret = kSecret;
  const std::vector<std::pair<Words, Environment>> starts{
      {{"--smtp-uri", secret}, {}},
      {{"--smtp-uri=http://u:" + secret + "@h"}, {}},
      {{"--smtp-uri=smtp://u:" + secret + "@"}, {}},
      {{"--smtp-uri=smtp://u:" + secret + " @h"}, {}},
      {{"--smtp-uri", "smtp://u:" + secret + "\n@h"}, {}},
      {{"--smtp-password", "a", secret}, {}},
      {{"--smtp-password", secret, "--smtp-password", secret}, {}},
      {{"--smtp-pasword=" + secret}, {}},
      {{"--smtp-pasword", secret}, {}},
      {{"--mongo-uri=mongodb://u:" + secret + "@h"}, {}},
      {{"--smtp-password=" + secret, "--data-dir"}, {}},
      {{"--smtp-password", secret, "--cut-off", "1"}, {}},
      {{}, {{"SMTP_PASSWORD", secret + "\n"}}},
      {{}, {{"SMTP_URI", secret}}},
      {{}, {{"SMTP_PASSWORD", secret}, {"SMTP_PASSWORD_FILE", "/nowhere"}}},
      {{"--config", folder.file("1.toml", "smtp_password = " + secret + "\n")}, {}},
      {{"--config", folder.file("2.toml", "smtp_password = \"" + secret + "\n")}, {}},
      {{"--config", folder.file("3.toml", "smtp_password \"" + secret + "\"\n")}, {}},
      {{"--config", folder.file("4.toml", "smtp_password = [\"" + secret + "\"]\n")}, {}},
      {{"--config", folder.file("5.toml", "smtp_password = \"\\q" + secret + "\"\n")}, {}},
      {{"--config", folder.file("6.toml", "smtp_uri = \"" + secret + "\"\n")}, {}},
      {{"--smtp-password-file", folder.file("7", secret + "\n" + secret)}, {}},
  };
  for (const auto& [words, environment] : starts) {
    EXPECT_THAT(bad_start(words, environment), Not(HasSubstr(secret)))
        << testing::PrintToString(words);
  }
}

TEST(Secrets, AreHiddenWhenTheConfigurationIsPrinted) {
  const Folder folder;
  const std::string secret = kSecret;
  const auto uri = "smtp://shop:" + secret + "@mail.example:587?tls=required";
  const auto text = early_exit({"--print-config", "--smtp-uri", uri},
                               {{"SMTP_PASSWORD_FILE", folder.file("p", secret)}})
                        .text;
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text, testing::ContainsRegex("\n# smtp_password = \"\\*\\*\\*\" +"
                                           "# environment SMTP_PASSWORD_FILE\n"));
  EXPECT_THAT(
      text, HasSubstr("\n# smtp_uri = \"smtp://shop:***@mail.example:587?tls=required\"  # flag"));
}

TEST(Secrets, DoNotSurviveInAUri) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"smtp://host:25", "smtp://host:25"},
      {"smtp://user@host", "smtp://user@host"},
      {"smtp://user:p@host", "smtp://user:***@host"},
      {"smtp://user:p:q@host/x", "smtp://user:***@host/x"},
      {"smtp://user:p@q/r@host", "smtp://user:***@host"},
      {"smtp://:p@host", "smtp://:***@host"},
      {"smtp://user:p?q@host", "smtp://***"},
      {"mongodb://u:p@a,b/db?replicaSet=rs&key=s", "mongodb://u:***@a,b/db?replicaSet=rs&***"},
      {"mongodb://a/db?x=p@q", "mongodb://***"},
      {"p@q", "***"},
      {"", "***"},
  };
  for (const auto& [uri, shown] : cases) EXPECT_EQ(without_secrets(uri), shown) << uri;
}

TEST(Secrets, AUriNeedsAKnownSchemeAndAHost) {
  EXPECT_EQ(bad_start({"--smtp-uri", "http://h"}),
            "--smtp-uri: has another scheme; begin it with smtp:// or smtps://");
  EXPECT_EQ(bad_start({"--smtp-uri", "smtp://"}),
            "--smtp-uri: names no host; write it as smtp://host:port");
  EXPECT_EQ(bad_start({"--smtp-uri", "smtp://u:p@:25"}),
            "--smtp-uri: names no host; write it as smtp://host:port");
}

}  // namespace
}  // namespace invoicing::ops::test
