#include "ops/flags.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "ops/bad_start.hpp"
#include "ops/in_quotes.hpp"
#include "ops/nearest.hpp"

namespace invoicing::ops {
namespace {

constexpr const char* kSeeHelp = "see --help";

// One parser for one program. The library sorts words into flags, values and commands; types,
// defaults, environment and file are ours.
class FlagParser {
 public:
  explicit FlagParser(const ProgramInfo& info) : info_(info), app_(info.summary) {
    app_.set_help_flag("");
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    help_ = app_.add_flag("-h,--help");
    version_ = app_.add_flag("--version");
    print_config_ = app_.add_flag("--print-config");
    config_ = add_value(app_, "--config");
    for (const auto& option : option_table()) {
      if (!option.read_by(info.program)) continue;
      add_option(std::string(option.name), option.kind);
      if (option.secret) add_option(std::string(option.name) + "_FILE", OptionKind::path);
    }
    for (const auto& command : info.commands) add_command(command);
  }

  Flags parse(const std::vector<std::string>& arguments) {
    run(arguments);
    refuse_leftovers();
    Flags flags;
    flags.help = is_given(*help_, "--help");
    flags.version = is_given(*version_, "--version");
    flags.print_config = is_given(*print_config_, "--print-config");
    if (config_->count() > 0) flags.config_file = once(*config_, "--config");
    for (const auto& [name, option] : options_) take(flags, name, *option);
    take_command(flags);
    return flags;
  }

 private:
  static CLI::Option* add_value(CLI::App& app, const std::string& name) {
    // One word each time it is given; without this a list would swallow the command behind it.
    return app.add_option(name)->allow_extra_args(false)->multi_option_policy(
        CLI::MultiOptionPolicy::TakeAll);
  }

  void add_option(const std::string& name, OptionKind kind) {
    const auto flag = flag_of(name);
    options_[name] = kind == OptionKind::boolean
                         ? app_.add_flag(flag)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                         : add_value(app_, flag);
  }

  void add_command(const Command& command) {
    auto* const sub = app_.add_subcommand(command.name);
    for (const auto& argument : command.arguments) {
      auto& option = arguments_[command.name + " " + argument.name];
      option = argument.kind == CommandArgument::Kind::flag ? sub->add_flag(argument.name)
                                                            : add_value(*sub, argument.name);
    }
  }

  void run(const std::vector<std::string>& arguments) {
    refuse_valueless(arguments);
    // The library takes its words from the back, and reads "--x=" as "--x" with the next word.
    std::vector<std::string> words;
    for (const auto& word : arguments) {
      const bool empty_value = word.starts_with("--") && word.find('=') == word.size() - 1;
      words.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
      if (empty_value) words.emplace_back();
    }
    std::ranges::reverse(words);
    app_.allow_extras();
    for (auto* const sub : app_.get_subcommands({})) sub->allow_extras();
    try {
      app_.parse(words);
    } catch (const CLI::ParseError&) {
      // The library's own words may quote an argument, and the argument may be a secret.
      throw BadStart(std::string("the arguments cannot be understood; ") + kSeeHelp);
    }
  }

  // The library would take the next flag for the value.
  void refuse_valueless(const std::vector<std::string>& arguments) const {
    for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
      if (!takes_value(arguments[at])) continue;
      const bool last = at + 1 == arguments.size();
      if (last || arguments[at + 1].starts_with("--")) {
        throw BadStart(arguments[at] + ": has no value; write it as " + arguments[at] + "=VALUE");
      }
      ++at;
    }
  }

  bool takes_value(const std::string& word) const {
    if (!word.starts_with("--")) return false;
    if (word == "--config") return true;
    const auto known = [&](const auto& entry) {
      const auto flag = entry.first.substr(entry.first.rfind(' ') + 1);
      return (flag == word || flag_of(flag) == word) && entry.second->get_expected_min() > 0;
    };
    return std::ranges::any_of(options_, known) || std::ranges::any_of(arguments_, known);
  }

  // A flag without a value: "--mail=false" must not mean that it is given.
  static bool is_given(const CLI::Option& option, const std::string& flag) {
    if (option.count() == 0) return false;
    for (const auto& result : option.results()) {
      if (result == "true") continue;
      std::string words = flag;
      words += ": takes no value; write ";
      throw BadStart(words += flag + " alone");
    }
    return true;
  }

  void refuse_leftovers() const {
    const auto leftovers = app_.remaining(true);
    const auto culprit = std::ranges::find_if(leftovers, [](const auto& w) { return w != "--"; });
    if (culprit == leftovers.end()) return;
    if (culprit->starts_with("-") && culprit->size() > 1) refuse_flag(*culprit);
    refuse_word(*culprit);
  }

  [[noreturn]] void refuse_flag(const std::string& word) const {
    const auto flag = word.substr(0, word.find('='));
    if (const auto* option = find_option(name_of(flag)); option && option->flag() == flag) {
      throw BadStart(flag + ": " + std::string(to_string(info_.program)) +
                     " does not read this option; remove it");
    }
    std::vector<std::string> known{"--help", "--version", "--print-config", "--config"};
    for (const auto& [name, option] : options_) known.push_back(flag_of(name));
    throw BadStart(in_quotes(flag) + " is no option" + did_you_mean(flag, known, kSeeHelp));
  }

  // A word too many may be the rest of a secret that lacked its quotes: then it is not shown.
  [[noreturn]] void refuse_word(const std::string& word) const {
    const bool secret_given = std::ranges::any_of(options_, [](const auto& entry) {
      const auto* option = find_option(entry.first);
      return option != nullptr && option->secret && entry.second->count() > 0;
    });
    if (secret_given) {
      throw BadStart(std::string("an argument is neither command nor option; put values with "
                                 "blanks between quotes, ") +
                     kSeeHelp);
    }
    if (!app_.get_subcommands().empty()) {
      throw BadStart(in_quotes(word) + " is one argument too many for the command " +
                     app_.get_subcommands().front()->get_name() + "; " + kSeeHelp);
    }
    std::vector<std::string> known;
    known.reserve(info_.commands.size());
    for (const auto& command : info_.commands) known.push_back(command.name);
    throw BadStart(in_quotes(word) + " is no command" + did_you_mean(word, known, kSeeHelp));
  }

  static std::string once(const CLI::Option& option, const std::string& flag) {
    if (option.results().size() != 1) throw BadStart(flag + ": is given twice; give it once");
    return option.results().front();
  }

  static void take(Flags& flags, const std::string& name, const CLI::Option& option) {
    if (option.count() == 0) return;
    const auto flag = flag_of(name);
    const auto* known = find_option(name);
    const bool list = known != nullptr && known->kind == OptionKind::list;
    flags.values[name] = RawValue{list ? option.results() : std::vector{once(option, flag)}, flag};
  }

  void take_command(Flags& flags) const {
    const auto chosen = app_.get_subcommands();
    flags.command = chosen.empty() ? info_.commands.front().name : chosen.front()->get_name();
    const auto command = std::ranges::find(info_.commands, flags.command, &Command::name);
    for (const auto& argument : command->arguments) {
      const auto& option = *arguments_.at(command->name + " " + argument.name);
      if (argument.kind == CommandArgument::Kind::flag) {
        if (is_given(option, argument.name)) flags.command_flags.insert(argument.name);
      } else if (option.count() > 0) {
        flags.command_arguments[argument.name] = once(option, argument.name);
      } else if (argument.required && !flags.help && !flags.version) {
        throw BadStart(command->name + ": lacks " + argument.name + "; write " + command->name +
                       " " + argument.name);
      }
    }
  }

  const ProgramInfo& info_;
  CLI::App app_;
  CLI::Option* help_ = nullptr;
  CLI::Option* version_ = nullptr;
  CLI::Option* print_config_ = nullptr;
  CLI::Option* config_ = nullptr;
  std::map<std::string, CLI::Option*, std::less<>> options_;
  std::map<std::string, CLI::Option*, std::less<>> arguments_;  // "backup FILE"
};

}  // namespace

Flags parse_flags(const ProgramInfo& info, const std::vector<std::string>& arguments) {
  return FlagParser(info).parse(arguments);
}

}  // namespace invoicing::ops
