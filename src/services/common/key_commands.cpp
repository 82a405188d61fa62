#include "services/common/key_commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/common/book_commands.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

using Kind = ops::CommandArgument::Kind;

constexpr std::int64_t kMaxDays = 36'500;

Error misuse(const ops::CommandLine& line, const std::string& what) {
  return Error(ErrorCode::validation_failed, line.program + ": keys: " + what);
}

std::optional<std::chrono::milliseconds> read_lifetime(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char unit = text.back();
  text.remove_suffix(1);
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, count);
  if (text.empty() || failure != std::errc{} || stopped != end || count < 1) return std::nullopt;
  std::chrono::milliseconds lifetime{0};
  if (count > kMaxDays * 86'400) return std::nullopt;
  if (unit == 'd') lifetime = std::chrono::days(count);
  if (unit == 'h') lifetime = std::chrono::hours(count);
  if (unit == 'm') lifetime = std::chrono::minutes(count);
  if (unit == 's') lifetime = std::chrono::seconds(count);
  if (lifetime.count() == 0 || lifetime > std::chrono::days(kMaxDays)) return std::nullopt;
  return lifetime;
}

struct Words {
  std::string action;
  std::string id;
  std::string name;
  std::string scopes;
  std::string expires;
};

/// The fault of `words`, or nothing and `command` is what they mean.
std::string read_words(const Words& words, KeyCommand& command) {
  const bool creates = words.action == "create";
  if (!creates && !(words.name + words.scopes + words.expires).empty()) {
    return "--name, --scopes and --expires belong to create alone";
  }
  if (words.action != "revoke" && !words.id.empty()) return "ID belongs to revoke alone";
  if (words.action == "list") {
    command.action = KeyCommand::Action::list;
    return {};
  }
  if (words.action == "revoke") {
    command.action = KeyCommand::Action::revoke;
    command.id = words.id;
    return is_key_id(words.id) ? ""
                               : "name the key by its id of 8 characters; `keys list` shows it";
  }
  if (!creates) return "knows create, list and revoke";
  command.action = KeyCommand::Action::create;
  if (!is_key_name(words.name)) {
    return "give it a --name of 1 to 64 letters, digits and . _ -, such as till-7";
  }
  const auto scopes = Scopes::parse(words.scopes);
  if (!scopes) return "give it --scopes, a comma between two: " + Scopes::all().to_text();
  command.wanted = {words.name, *scopes, std::nullopt};
  if (words.expires.empty()) return {};
  command.wanted.lifetime = read_lifetime(words.expires);
  if (!command.wanted.lifetime) return "--expires is a time such as 90d, 12h, 30m or 45s";
  return {};
}

std::string state_of(const ApiKey& key, Instant now) {
  if (key.revoked_at) return "revoked " + format_instant(*key.revoked_at);
  if (!key.expires_at) return "valid";
  return (now < *key.expires_at ? "valid until " : "expired ") + format_instant(*key.expires_at);
}

std::string table_of(const std::vector<ApiKey>& keys, Instant now) {
  std::vector<std::array<std::string, 5>> rows = {{"ID", "NAME", "CREATED", "STATE", "SCOPES"}};
  for (const ApiKey& key : keys) {
    rows.push_back({key.id, key.name, format_instant(key.created_at), state_of(key, now),
                    key.scopes.to_text()});
  }
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    text += row.back() + '\n';
  }
  return text;
}

}  // namespace

ops::Command keys_command() {
  return {"keys",
          "Make an API key and print it, once; list the keys; revoke one.",
          {{Kind::positional, "ACTION", "create, list or revoke", true},
           {Kind::positional, "ID", "the key to revoke, as `keys list` shows it"},
           {Kind::value, "--name", "who is to use it, such as till-7"},
           {Kind::value, "--scopes", "what it may do: " + Scopes::all().to_text()},
           {Kind::value, "--expires", "after what time it ends, such as 90d; else never"}}};
}

Result<KeyCommand> read_key_command(const ops::CommandLine& line) {
  const auto given = [&line](std::string_view name) {
    const auto found = line.arguments.find(name);
    return found == line.arguments.end() ? std::string() : found->second;
  };
  KeyCommand command;
  const std::string fault = read_words(
      {given("ACTION"), given("ID"), given("--name"), given("--scopes"), given("--expires")},
      command);
  if (!fault.empty()) return misuse(line, fault);
  return command;
}

std::string to_words(const KeyCommand& command) {
  switch (command.action) {
    case KeyCommand::Action::list:
      return "keys list";
    case KeyCommand::Action::revoke:
      return "keys revoke " + command.id;
    case KeyCommand::Action::create:
      break;
  }
  std::string words = "keys create " + command.wanted.name + " " + command.wanted.scopes.to_text();
  if (command.wanted.lifetime) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*command.wanted.lifetime);
    words += " " + std::to_string(seconds.count()) + "s";
  }
  return words;
}

std::optional<KeyCommand> key_command_of(const std::string& words) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= words.size();) {
    const auto end = std::min(words.find(' ', start), words.size());
    parts.push_back(words.substr(start, end - start));
    start = end + 1;
  }
  if (parts.size() < 2 || parts.front() != "keys") return std::nullopt;
  parts.resize(5);
  const bool creates = parts[1] == "create";
  const Words read{.action = parts[1],
                   .id = creates ? "" : parts[2],
                   .name = creates ? parts[2] : "",
                   .scopes = parts[3],
                   .expires = parts[4]};
  KeyCommand command;
  if (!read_words(read, command).empty()) return std::nullopt;
  return command;
}

KeyBytes random_key_bytes() {
  KeyBytes bytes{};
  fill_with_random(bytes);
  return bytes;
}

Task<CommandOutcome> run_key_command(ApiKeyStore& store, const Clock& clock, KeyCommand command) {
  ManageApiKeys keys(store, clock, random_key_bytes);
  if (command.action == KeyCommand::Action::create) {
    const auto made = co_await keys.create(std::move(command.wanted));
    if (!made) co_return failed("keys create", made.error());
    co_return CommandOutcome{0, made->text + "\n"};
  }
  if (command.action == KeyCommand::Action::revoke) {
    const auto revoked = co_await keys.revoke(command.id);
    if (!revoked) co_return failed("keys revoke", revoked.error());
    if (!*revoked) {
      co_return CommandOutcome{kFailed, "no key has the id " + command.id + "; see `keys list`\n"};
    }
    co_return CommandOutcome{0, "revoked " + command.id + "; within 10 s nobody takes it\n"};
  }
  const auto all = co_await keys.list();
  if (!all) co_return failed("keys list", all.error());
  co_return CommandOutcome{0, table_of(*all, clock.now())};
}

}  // namespace invoicing::services
