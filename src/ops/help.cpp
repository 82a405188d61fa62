#include "ops/help.hpp"

#include <algorithm>

namespace invoicing::ops {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kHelpColumn = 30;

// `head` at the left, `text` from kHelpColumn on, broken between words.
std::string entry(const std::string& head, std::string_view text) {
  std::string lines = "  " + head;
  std::size_t column = lines.size();
  if (column + 2 > kHelpColumn) {
    lines += '\n';
    column = 0;
  }
  lines.append(kHelpColumn - column, ' ');
  column = kHelpColumn;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > kHelpColumn && column + 1 + word.size() > kWidth) {
      lines += '\n' + std::string(kHelpColumn, ' ');
      column = kHelpColumn;
    } else if (column > kHelpColumn) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word.size();
  }
  return lines + '\n';
}

std::string placeholder(const Option& option) {
  switch (option.kind) {
    case OptionKind::address:
      return " HOST:PORT";
    case OptionKind::number:
      return " NUMBER";
    case OptionKind::seconds:
      return " SECONDS";
    case OptionKind::boolean:
      return "[=true|false]";
    case OptionKind::path:
      return " PATH";
    case OptionKind::list:
      return " A,B,...";
    case OptionKind::choice:
      return " " + std::string(option.choices);
    case OptionKind::text:
      return option.secret && option.name.ends_with("_URI") ? " URI" : " TEXT";
  }
  return {};
}

std::string option_entry(const Option& option, Program program) {
  std::string text(option.help);
  const auto value = option.default_for(program);
  text += value.empty() ? std::string(" [not set]") : " [" + std::string(value) + "]";
  if (option.secret) text += " (or " + option.flag() + "-file PATH)";
  return entry(option.flag() + placeholder(option), text);
}

std::string command_entry(const Command& command, bool is_default) {
  std::string head = command.name;
  std::string arguments;
  for (const auto& argument : command.arguments) {
    if (argument.kind == CommandArgument::Kind::positional) {
      head += argument.required ? " " + argument.name : " [" + argument.name + "]";
    }
    arguments += entry("  " + argument.name, argument.help);
  }
  return entry(head, command.help + (is_default ? " (what runs without a command)" : "")) +
         arguments;
}

}  // namespace

std::string help_text(const ProgramInfo& info) {
  const std::string name(to_string(info.program));
  std::string text = info.summary + "\n\nUsage: " + name + " [COMMAND] [OPTIONS]\n\nCommands:\n";
  for (const auto& command : info.commands) {
    text += command_entry(command, &command == &info.commands.front());
  }
  text +=
      "\nOptions, also read from the environment (--cut-off is CUT_OFF) and from the "
      "configuration file\n(cut_off); a flag beats the environment, which beats the file:\n";
  for (const auto& option : option_table()) {
    if (option.read_by(info.program)) text += option_entry(option, info.program);
  }
  text += "\nOther options:\n";
  text += entry("--config FILE", "Configuration file (TOML)");
  text += entry("--print-config", "Show every value in force and where it came from, then end");
  text += entry("-h, --help", "Show this and end");
  text += entry("--version", "Show the version and end");
  return text;
}

}  // namespace invoicing::ops
