#include <gmock/gmock.h>

#include "tests/unit/ops/start.hpp"

namespace invoicing::ops::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
  std::string flag;
  std::string value;
  std::string text;  ///< of the error, behind "flag: "
};

TEST(OptionValues, EachFaultNamesThePlaceAndTheCure) {
  const std::vector<Case> cases{
      {"--http-address", "3000",
       "\"3000\" has no port; write it as 127.0.0.1:3000, 0.0.0.0:3000 or [::1]:3000"},
      {"--http-threads", "257", "\"257\" is no whole number from 0 to 256"},
      {"--http-threads", "-1", "\"-1\" is no whole number from 0 to 256"},
      {"--http-threads", "2x", "\"2x\" is no whole number from 0 to 256"},
      {"--data-dir", "", "is empty; name a path"},
      {"--time-zone", "a b",
       "\"a b\" is no time zone; write an IANA name such as UTC or Europe/Berlin"},
      {"--cut-off", "24:00", "\"24:00\" is no time of day; write HH:MM from 00:00 to 23:59"},
      {"--cut-off", "12:60", "\"12:60\" is no time of day; write HH:MM from 00:00 to 23:59"},
      {"--cut-off", "9:00", "\"9:00\" is no time of day; write HH:MM from 00:00 to 23:59"},
      {"--currency", "usd", "\"usd\" is no currency; write three capital letters such as USD"},
      {"--currency", "USDT", "\"USDT\" is no currency; write three capital letters such as USD"},
      {"--mail-from", "Shop <a@x.org>",
       "\"Shop <a@x.org>\" is no mail address; write it bare, such as sales@example.com"},
      {"--mail-from", "a@x.org\r\nBcc: b@x.org",
       "\"a@x.org??Bcc: b@x.org\" is no mail address; write it bare, such as sales@example.com"},
      {"--mail-to", "", "names nobody; write one mail address or several"},
      {"--mail-to", ",", "names nobody; write one mail address or several"},
      {"--mail-to", "a@x.org,b",
       "\"b\" is no mail address; write it bare, such as sales@example.com"},
      {"--mail-to", "a@x.org,a@x.org", "names \"a@x.org\" twice; name each recipient once"},
      {"--mail-templates", "/nowhere/at/all",
       "\"/nowhere/at/all\" is no folder; name a folder that exists"},
      {"--smtp-ca-file", "/nowhere/at/all",
       "\"/nowhere/at/all\" cannot be read; name a file that this user may read"},
      {"--smtp-ca-file", "/tmp", "\"/tmp\" cannot be read; name a file that this user may read"},
      {"--auth", "basic", "\"basic\" is not known here; write one of auto, keys, jwt, both, off"},
      {"--auth", "", "\"\" is not known here; write one of auto, keys, jwt, both, off"},
      {"--auth", "auto|off",
       "\"auto|off\" is not known here; write one of auto, keys, jwt, both, off"},
      {"--jwt-algorithms", "RS256,HS256",
       "\"HS256\" is not known here; write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, "
       "ES384, ES512"},
      {"--jwt-algorithms", "none",
       "\"none\" is not known here; write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, "
       "ES384, ES512"},
      {"--jwt-keys", "http://id.example/keys",
       "is not usable; write https:// and a host, without a user, or name a file"},
      {"--jwt-keys", "https://user@id.example/keys",
       "is not usable; write https:// and a host, without a user, or name a file"},
      {"--jwt-keys", "https:///keys",
       "is not usable; write https:// and a host, without a user, or name a file"},
      {"--jwt-ca-file", "/nowhere/at/all",
       "\"/nowhere/at/all\" cannot be read; name a file that this user may read"},
      {"--log-level", "warn",
       "\"warn\" is not known here; write one of trace, debug, info, warning, error"},
      {"--log-format", "xml", "\"xml\" is not known here; write one of auto, text, json"},
      {"--public-url", "shop.example",
       "is not usable; write http:// or https://, a host and perhaps a port and a path"},
      {"--public-url", "https://user:secret@shop.example",
       "is not usable; write http:// or https://, a host and perhaps a port and a path"},
  };
  for (const auto& [flag, value, text] : cases) {
    EXPECT_EQ(bad_start({flag + "=" + value}), flag + ": " + text);
  }
}

TEST(OptionValues, AFaultInTheEnvironmentNamesTheVariable) {
  EXPECT_EQ(bad_start({}, {{"CURRENCY", "Euro"}}),
            "environment CURRENCY: \"Euro\" is no currency; write three capital letters such as "
            "USD");
}

TEST(OptionValues, AreRead) {
  const Folder folder;
  const auto certificates = folder.file("ca.pem", "x");
  const auto line =
      start({"--http-address=[::1]:0", "--http-threads=4", "--cut-off=23:59",
             "--public-url=https://shop.example/a/", "--unique-reference", "--log-level=debug",
             "--log-format=json", "--auth=off", "--smtp-ca-file=" + certificates,
             "--mail-templates=" + folder.path.string(), "--smtp-uri=smtps://h:465"});
  const auto& s = line.settings;
  EXPECT_EQ(s.http_address, (Address{"::1", 0}));
  EXPECT_EQ(s.http_threads, 4U);
  EXPECT_EQ(s.cut_off, "23:59");
  EXPECT_EQ(s.public_url, "https://shop.example/a");
  EXPECT_TRUE(s.unique_reference);
  EXPECT_EQ(s.log_level, LogLevel::debug);
  EXPECT_EQ(s.log_format, LogFormat::json);
  EXPECT_EQ(s.auth, AuthMode::off);
  EXPECT_EQ(s.smtp_ca_file, certificates);
  EXPECT_EQ(s.mail_templates, folder.path);
  EXPECT_EQ(line.secrets.smtp_uri, "smtps://h:465");
}

TEST(OptionValues, EveryLogLevelIsRead) {
  using enum LogLevel;
  for (const auto level : {trace, debug, info, warning, error}) {
    const auto line = start({"--log-level", std::string(to_string(level))});
    EXPECT_EQ(line.settings.log_level, level);
  }
}

TEST(OptionValues, AListIsSplitAtCommasAndMayBeGivenSeveralTimes) {
  EXPECT_THAT(start({"--mail-to", "a@x.org, b@x.org", "--mail-to=c@x.org"}).settings.mail_to,
              ElementsAre("a@x.org", "b@x.org", "c@x.org"));
  EXPECT_THAT(start({}, {{"MAIL_TO", "a@x.org,b@x.org"}}).settings.mail_to,
              ElementsAre("a@x.org", "b@x.org"));
}

TEST(OptionValues, WhatTheOtherProgramsReadIsCheckedToo) {
  const auto generator = [](const std::string& argument) {
    return parse_command_line(program(Program::report_generator), {argument}, {});
  };
  const auto fault = [&](const std::string& argument) {
    const auto result = generator(argument);
    return std::holds_alternative<EarlyExit>(result) ? std::get<EarlyExit>(result).text : "";
  };
  const auto good = generator("--clock-tolerance=3600");
  EXPECT_EQ(std::get<CommandLine>(good).settings.clock_tolerance, std::chrono::hours(1));
  EXPECT_EQ(std::get<CommandLine>(good).secrets.mongo_uri, "mongodb://localhost:27017/invoice");
  EXPECT_THAT(fault("--clock-tolerance=0"), HasSubstr("from 1 to 3600"));
  EXPECT_THAT(fault("--report-queue="), HasSubstr("is no queue name"));
  EXPECT_THAT(fault("--rabbitmq-uri=http://h"), HasSubstr("begin it with amqp:// or amqps://"));

  const auto service =
      parse_command_line(program(Program::invoice_service), {"--trusted-proxies=10.0.0.0/8,x"}, {});
  EXPECT_THAT(std::get<EarlyExit>(service).text, HasSubstr("\"x\" is no IP address or network"));
}

}  // namespace
}  // namespace invoicing::ops::test
