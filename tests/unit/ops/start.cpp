#include "tests/unit/ops/start.hpp"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace invoicing::ops::test {

ProgramInfo program(Program which) {
  using Kind = CommandArgument::Kind;
  return {.program = which,
          .version = "1.2.3",
          .summary = "Invoices in over REST, the day's report out by mail.",
          .commands = {
              {"serve", "Serve until told to end", {}},
              {"close", "Close what is due and end", {}},
              {"preview",
               "Show the running day",
               {{Kind::flag, "--mail", "Mail it, marked as a preview"},
                {Kind::value, "--day", "Another day"}}},
              {"backup", "Copy the database", {{Kind::positional, "FILE", "The copy", true}}}}};
}

ProgramInfo standalone() {
  return program(Program::standalone);
}

CommandLine start(const Words& arguments, const Environment& environment) {
  auto result = parse_command_line(standalone(), arguments, environment);
  if (const auto* exit = std::get_if<EarlyExit>(&result)) {
    ADD_FAILURE() << "ended early: " << exit->text;
    return {};
  }
  return std::get<CommandLine>(std::move(result));
}

EarlyExit early_exit(const Words& arguments, const Environment& environment) {
  auto result = parse_command_line(standalone(), arguments, environment);
  if (auto* exit = std::get_if<EarlyExit>(&result)) return *exit;
  ADD_FAILURE() << "the start went on";
  return {};
}

std::string bad_start(const Words& arguments, const Environment& environment) {
  const auto [code, text] = early_exit(arguments, environment);
  const std::string head = "invoice-standalone: ";
  EXPECT_EQ(code, 2) << text;
  EXPECT_TRUE(text.starts_with(head)) << text;
  EXPECT_TRUE(text.ends_with('\n'));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  if (text.size() <= head.size()) return text;
  return text.substr(head.size(), text.size() - head.size() - 1);
}

Folder::Folder() {
  auto name = (std::filesystem::temp_directory_path() / "ops-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::string Folder::file(const std::string& name, const std::string& content) const {
  const auto file = path / name;
  std::ofstream(file, std::ios::binary) << content;
  return file.string();
}

}  // namespace invoicing::ops::test
