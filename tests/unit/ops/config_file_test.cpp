#include <gmock/gmock.h>

#include "tests/unit/ops/start.hpp"

namespace invoicing::ops::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConfigFile, SetsEveryKindOfOption) {
  const Folder folder;
  const auto config = folder.file("c.toml",
                                  "# a comment\n"
                                  "http_address = \"[::1]:1\"\n"
                                  "http_threads = 3\n"
                                  "allow_open = true\n"
                                  "mail_to = [\"a@x.org\", \"b@x.org\"]\n"
                                  "smtp_uri = \"smtp://h#x\" # ends here\n"
                                  "log_level = 'error'\n");
  const auto line = start({"--config", config});
  EXPECT_EQ(line.settings.http_address, (Address{"::1", 1}));
  EXPECT_EQ(line.settings.http_threads, 3U);
  EXPECT_TRUE(line.settings.allow_open);
  EXPECT_THAT(line.settings.mail_to, ElementsAre("a@x.org", "b@x.org"));
  EXPECT_EQ(line.secrets.smtp_uri, "smtp://h#x");
  EXPECT_EQ(line.settings.log_level, LogLevel::error);
}

TEST(ConfigFile, AListMayBeOneText) {
  const Folder folder;
  const auto config = folder.file("c.toml", "mail_to = \"a@x.org, b@x.org\"\n");
  EXPECT_THAT(start({"--config", config}).settings.mail_to, ElementsAre("a@x.org", "b@x.org"));
}

TEST(ConfigFile, AKeyThatOnlyAnotherProgramReadsIsIgnored) {
  const Folder folder;
  const auto config = folder.file("c.toml",
                                  "ops_address = 17\n"
                                  "mongo_uri = \"mongodb://m\"\n"
                                  "mongo_uri_file = \"/nowhere\"\n"
                                  "currency = \"EUR\"\n");
  EXPECT_EQ(start({"--config", config}).settings.currency, "EUR");
}

struct Case {
  std::string content;
  std::string text;  ///< of the error, behind the name of the file
};

TEST(ConfigFile, FaultsNameFileLineColumnAndCure) {
  const Folder folder;
  const std::vector<Case> cases{
      {"\ncut_of = \"12:00\"\n",
       ":2:1: no program reads the key \"cut_of\"; did you mean cut_off?"},
      {"frobnicate = 1\n", ":1:1: no program reads the key \"frobnicate\"; correct or remove it"},
      {"CUT_OFF = \"12:00\"\n", ":1:1: no program reads the key \"CUT_OFF\"; correct or remove it"},
      {"cut-off = \"12:00\"\n",
       ":1:1: no program reads the key \"cut-off\"; did you mean cut_off?"},
      {"cut_off_file = \"x\"\n",
       ":1:1: no program reads the key \"cut_off_file\"; correct or remove it"},
      {"[http]\naddress = \"x\"\n",
       ":1:2: \"http\" is a table; all keys stand at the top level of the file"},
      {"currency = \"USD\"\n  cut_off = \"25:00\"\n",
       ":2:13: \"25:00\" is no time of day; write HH:MM from 00:00 to 23:59"},
      {"http_threads = \"3\"\n",
       ":1:16: http_threads is of the wrong type; write a whole number without quotes"},
      {"http_threads = -3\n", ":1:16: \"-3\" is no whole number from 0 to 256"},
      {"http_threads = 2.5\n",
       ":1:16: http_threads is of the wrong type; write a whole number without quotes"},
      {"allow_open = \"true\"\n",
       ":1:14: allow_open is of the wrong type; write true or false without quotes"},
      {"cut_off = 12:00:00\n",
       ":1:11: cut_off is of the wrong type; write a text in double quotes"},
      {"mail_to = [1]\n", ":1:11: mail_to is of the wrong type; write a text in double quotes"},
      {"currency = [\"USD\"]\n",
       ":1:12: currency is of the wrong type; write a text in double quotes"},
  };
  for (const auto& [content, text] : cases) {
    const auto config = folder.file("c.toml", content);
    EXPECT_EQ(bad_start({"--config", config}), config + text) << content;
  }
}

TEST(ConfigFile, WhatIsNoTomlNamesTheLine) {
  const Folder folder;
  for (const auto* content : {"currency = \"USD\"\ncut_off 12:00\n", "a = 1\na = 2\n",
                              "a = 1\ncut_off = \"12\n", "a = 1\nb = \"\xff\xfe\"\n"}) {
    const auto config = folder.file("c.toml", content);
    EXPECT_THAT(bad_start({"--config", config}),
                testing::AllOf(testing::StartsWith(config + ":2:"),
                               HasSubstr(": is no TOML from here on; write key = value")));
  }
}

TEST(ConfigFile, AnUnreadableFileIsNamed) {
  const Folder folder;
  EXPECT_EQ(bad_start({"--config", "/nowhere/c.toml"}),
            "--config: the file \"/nowhere/c.toml\" cannot be read; name a file that this user may "
            "read");
  EXPECT_THAT(bad_start({"--config", folder.path.string()}), HasSubstr("cannot be read"));
  const auto large = folder.file("large.toml", std::string(1024 * 1024 + 1, '\n'));
  EXPECT_THAT(bad_start({"--config", large}), HasSubstr("is over 1 MiB"));
}

}  // namespace
}  // namespace invoicing::ops::test
