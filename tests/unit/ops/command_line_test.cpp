#include "ops/command_line.hpp"

#include <gmock/gmock.h>

#include "tests/unit/ops/start.hpp"

namespace invoicing::ops::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Every subset of the three places that can name a value: the strongest one wins.
TEST(Precedence, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  const Folder folder;
  const auto config = folder.file("c.toml", "cut_off = \"03:00\"\n");
  for (unsigned places = 0; places < 8; ++places) {
    const bool flag = (places & 1U) != 0;
    const bool variable = (places & 2U) != 0;
    const bool file = (places & 4U) != 0;
    Words arguments;
    if (file) arguments = {"--config", config};
    if (flag) arguments.insert(arguments.end(), {"--cut-off", "01:00"});
    const Environment environment = variable ? Environment{{"CUT_OFF", "02:00"}} : Environment{};

    const auto line = start(arguments, environment);
    const auto* const expected = flag ? "01:00" : variable ? "02:00" : file ? "03:00" : "12:00";
    EXPECT_EQ(line.settings.cut_off, expected) << places;

    arguments.emplace_back("--print-config");
    const auto origin = flag       ? "# flag --cut-off\n"
                        : variable ? "# environment CUT_OFF\n"
                        : file     ? "# " + config + ":1:11\n"
                                   : std::string("# default\n");
    EXPECT_THAT(early_exit(arguments, environment).text,
                testing::ContainsRegex("cut_off = \"" + std::string(expected) + "\" +" + origin));
  }
}

TEST(Precedence, AnEmptyVariableIsNotSet) {
  EXPECT_EQ(start({}, {{"CUT_OFF", ""}}).settings.cut_off, "12:00");
}

TEST(Precedence, AnEmptyFlagOverridesTheEnvironment) {
  for (const auto& words : {Words{"--public-url", ""}, Words{"--public-url="},
                            Words{"--public-url=", "serve"}, Words{"serve", "--public-url="}}) {
    const auto line = start(words, {{"PUBLIC_URL", "https://shop.example"}});
    EXPECT_EQ(line.settings.public_url, "");
    EXPECT_EQ(line.command, "serve");
  }
}

TEST(Precedence, TheVariableOfAnotherProgramIsNobodysBusiness) {
  EXPECT_EQ(start({}, {{"OPS_ADDRESS", "nonsense"}, {"PATH", "/bin"}}).command, "serve");
}

TEST(Defaults, AreThoseOfTheDesign) {
  const auto line = start({});
  const auto& s = line.settings;
  EXPECT_EQ(s.http_address, (Address{"127.0.0.1", 3000}));
  EXPECT_EQ(s.http_threads, 0U);
  EXPECT_EQ(s.data_dir, "./data");
  EXPECT_EQ(s.time_zone, "UTC");
  EXPECT_EQ(s.cut_off, "12:00");
  EXPECT_EQ(s.currency, "USD");
  EXPECT_EQ(s.mail_from, "sales@localhost");
  EXPECT_THAT(s.mail_to, ElementsAre("sales@localhost"));
  EXPECT_EQ(s.auth, AuthMode::automatic);
  EXPECT_FALSE(s.allow_open);
  EXPECT_FALSE(s.unique_reference);
  EXPECT_EQ(s.log_level, LogLevel::info);
  EXPECT_EQ(s.log_format, LogFormat::automatic);
  EXPECT_EQ(line.secrets.smtp_uri + line.secrets.smtp_password + line.secrets.mongo_uri, "");
}

TEST(Defaults, CanBeParsedForEachProgramAndMayDiffer) {
  const std::map<Program, std::string> ops_addresses{{Program::invoice_service, ""},
                                                     {Program::report_generator, "127.0.0.1:3002"},
                                                     {Program::email_sender, "127.0.0.1:3001"},
                                                     {Program::standalone, ""}};
  for (const auto& [which, ops_address] : ops_addresses) {
    const auto result = parse_command_line(program(which), {}, {});
    ASSERT_TRUE(std::holds_alternative<CommandLine>(result)) << to_string(which);
    const auto& settings = std::get<CommandLine>(result).settings;
    const auto shown = settings.ops_address.host.empty() ? "" : to_string(settings.ops_address);
    EXPECT_EQ(shown, ops_address);
  }
}

TEST(Commands, TheFirstIsTheDefaultAndOptionsMayStandOnBothSides) {
  EXPECT_EQ(start({}).command, "serve");
  for (const auto& words :
       {Words{"--data-dir", "d", "backup", "b.db"}, Words{"backup", "--data-dir", "d", "b.db"},
        Words{"backup", "b.db", "--data-dir=d"}, Words{"--data-dir=d", "backup", "b.db"}}) {
    const auto line = start(words);
    EXPECT_EQ(line.command, "backup");
    EXPECT_EQ(line.arguments.at("FILE"), "b.db");
    EXPECT_EQ(line.settings.data_dir, "d");
  }
}

TEST(Commands, HaveFlagsAndValuesOfTheirOwn) {
  const auto line = start({"preview", "--mail", "--day", "2026-11-22"});
  EXPECT_TRUE(line.flags.contains("--mail"));
  EXPECT_EQ(line.arguments.at("--day"), "2026-11-22");
  EXPECT_TRUE(start({"preview"}).flags.empty());
  EXPECT_THAT(bad_start({"close", "--mail"}), HasSubstr("\"--mail\" is no option"));
}

TEST(Commands, AFileMayBeNamedLikeACommand) {
  EXPECT_EQ(start({"backup", "close"}).arguments.at("FILE"), "close");
}

TEST(Commands, AListDoesNotSwallowTheCommand) {
  const auto line = start({"--mail-to", "a@x.org", "close"});
  EXPECT_EQ(line.command, "close");
  EXPECT_THAT(line.settings.mail_to, ElementsAre("a@x.org"));
}

TEST(Commands, FaultsNamePlaceAndCure) {
  EXPECT_EQ(bad_start({"backup"}), "backup: lacks FILE; write backup FILE");
  EXPECT_EQ(bad_start({"serv"}), "\"serv\" is no command; did you mean serve?");
  EXPECT_EQ(bad_start({"frobnicate"}), "\"frobnicate\" is no command; see --help");
  EXPECT_EQ(bad_start({"backup", "a", "b"}),
            "\"b\" is one argument too many for the command backup; see --help");
  EXPECT_EQ(bad_start({"close", "preview"}),
            "\"preview\" is one argument too many for the command close; see --help");
  EXPECT_EQ(bad_start({"preview", "--day", "1", "--day", "2"}),
            "--day: is given twice; give it once");
}

TEST(Flags, FaultsNamePlaceAndCure) {
  EXPECT_EQ(bad_start({"--htp-address", "x"}),
            "\"--htp-address\" is no option; did you mean --http-address?");
  EXPECT_EQ(bad_start({"--frobnicate=1"}), "\"--frobnicate\" is no option; see --help");
  EXPECT_EQ(bad_start({"-x"}), "\"-x\" is no option; see --help");
  EXPECT_EQ(bad_start({"--ops-address", "127.0.0.1:1"}),
            "--ops-address: invoice-standalone does not read this option; remove it");
  EXPECT_EQ(bad_start({"--cut-off", "01:00", "--cut-off", "02:00"}),
            "--cut-off: is given twice; give it once");
  for (const auto& words : {Words{"--cut-off"}, Words{"--cut-off", "--currency", "EUR"},
                            Words{"--smtp-password", "--cut-off", "--cut-off"}}) {
    EXPECT_EQ(bad_start(words),
              words.front() + ": has no value; write it as " + words.front() + "=VALUE");
  }
  EXPECT_EQ(start({"--smtp-password=--x"}).secrets.smtp_password, "--x");
  EXPECT_EQ(bad_start({"preview", "--day", "--mail"}),
            "--day: has no value; write it as --day=VALUE");
  EXPECT_EQ(bad_start({"--config"}), "--config: has no value; write it as --config=VALUE");
  EXPECT_EQ(bad_start({"--HTTP-ADDRESS", "127.0.0.1:1"}),
            "\"--HTTP-ADDRESS\" is no option; see --help");
}

TEST(Flags, ABooleanNeedsNoValueAndTakesOneBehindEquals) {
  EXPECT_TRUE(start({"--allow-open"}).settings.allow_open);
  EXPECT_TRUE(start({"--allow-open=1"}).settings.allow_open);
  EXPECT_FALSE(start({"--allow-open=false"}, {{"ALLOW_OPEN", "true"}}).settings.allow_open);
  EXPECT_EQ(bad_start({"--allow-open=yes"}),
            "--allow-open: \"yes\" is neither true nor false; write true, false, 1 or 0");
  EXPECT_EQ(bad_start({"--allow-open", "true"}), "\"true\" is no command; see --help");
  EXPECT_EQ(bad_start({"--allow-open", "--allow-open=false"}),
            "--allow-open: is given twice; give it once");
}

TEST(Flags, OneThatTakesNoValueRefusesOne) {
  EXPECT_EQ(bad_start({"preview", "--mail=false"}), "--mail: takes no value; write --mail alone");
  EXPECT_EQ(bad_start({"--print-config=false"}),
            "--print-config: takes no value; write --print-config alone");
}

TEST(Help, ShowsEveryOptionOfTheProgramAndNoOther) {
  const auto [code, text] = early_exit({"--help"});
  EXPECT_EQ(code, 0);
  for (const auto& option : option_table()) {
    const auto line = "\n  " + option.flag();
    if (option.read_by(Program::standalone)) {
      EXPECT_THAT(text, HasSubstr(line));
    } else {
      EXPECT_THAT(text, Not(HasSubstr(line)));
    }
  }
  EXPECT_THAT(text, AllOf(HasSubstr("\n  serve "), HasSubstr("\n  backup FILE "),
                          HasSubstr("--mail "), HasSubstr("--config FILE")));
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  EXPECT_THAT(lines, Each(testing::SizeIs(testing::Le(100U))));
}

TEST(Help, WinsOverMissingArgumentsAndBadValues) {
  for (const auto& words : {Words{"-h"}, Words{"backup", "--help"}, Words{"--cut-off=x", "-h"}}) {
    EXPECT_THAT(early_exit(words).text, HasSubstr("Usage: invoice-standalone"));
  }
}

TEST(Version, IsOneLine) {
  const auto [code, text] = early_exit({"--version"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(text, "invoice-standalone 1.2.3\n");
}

TEST(PrintConfig, IsAConfigurationFileThatMeansTheSame) {
  const Folder folder;
  const Words words{"--time-zone=Europe/Berlin", "--mail-to=a@x.org,b@x.org", "--allow-open=1",
                    "--http-threads=007", "--data-dir=/tmp/a \"b\"\\c"};
  auto print = words;
  print.emplace_back("--print-config");
  const auto config = folder.file("c.toml", early_exit(print).text);
  const auto again = start({"--config", config}).settings;
  EXPECT_EQ(again.time_zone, "Europe/Berlin");
  EXPECT_THAT(again.mail_to, ElementsAre("a@x.org", "b@x.org"));
  EXPECT_TRUE(again.allow_open);
  EXPECT_EQ(again.http_threads, 7U);
  EXPECT_EQ(again.data_dir, "/tmp/a \"b\"\\c");
}

TEST(PrintConfig, ShowsEveryOptionOnceAndReportsBadValues) {
  const auto text = early_exit({"--print-config"}).text;
  for (const auto& option : option_table()) {
    const auto line = "\n" + option.file_key() + " = ";
    EXPECT_EQ(("\n" + text).find(line) != std::string::npos, option.read_by(Program::standalone))
        << line;
  }
  EXPECT_THAT(bad_start({"--print-config", "--cut-off=x"}), HasSubstr("--cut-off: "));
}

TEST(BadValue, NamesThePlaceOfAValueThatALaterStepRefuses) {
  EXPECT_EQ(start({}, {{"TIME_ZONE", "Mars"}}).bad_value("TIME_ZONE", "is no zone; cure"),
            "invoice-standalone: environment TIME_ZONE: is no zone; cure");
  EXPECT_EQ(start({}).bad_value("TIME_ZONE", "is no zone; cure"),
            "invoice-standalone: default of time_zone: is no zone; cure");
}

TEST(ProcessEnvironment, HoldsTheVariablesOfThisProcess) {
  ASSERT_EQ(setenv("OPS_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(process_environment().at("OPS_TEST_VARIABLE"), "a=b");
  unsetenv("OPS_TEST_VARIABLE");
  EXPECT_FALSE(process_environment().contains("OPS_TEST_VARIABLE"));
}

}  // namespace
}  // namespace invoicing::ops::test
