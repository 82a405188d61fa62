#include "ops/option_sources.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "ops/bad_start.hpp"
#include "ops/in_quotes.hpp"

namespace invoicing::ops {
namespace {

constexpr std::size_t kSecretBytesMax = 64 * 1024;

std::string read_secret_file(const RawValue& source) {
  const auto& name = source.texts.front();
  const auto fault = [&](std::string_view what_and_cure) {
    return BadStart(source.place + ": the file " + in_quotes(name) + " " +
                    std::string(what_and_cure));
  };
  std::error_code ignored;
  std::ifstream file(name, std::ios::binary);
  if (!file || std::filesystem::is_directory(name, ignored)) {
    throw fault("cannot be read; name a file that this user may read");
  }
  std::string content(kSecretBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw fault("cannot be read; name a file that this user may read");
  if (content.size() > kSecretBytesMax)
    throw fault("is over 64 KiB; it must hold the secret alone");
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  if (content.empty()) throw fault("is empty; write the secret into it");
  if (content.find('\n') != std::string::npos) {
    throw fault("has several lines; it must hold the secret alone");
  }
  return content;
}

std::vector<std::string> split(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string_view text : texts) {
    for (std::size_t from = 0; from <= text.size();) {
      const auto comma = std::min(text.find(',', from), text.size());
      auto part = text.substr(from, comma - from);
      while (part.starts_with(' ')) part.remove_prefix(1);
      while (part.ends_with(' ')) part.remove_suffix(1);
      if (!part.empty()) parts.emplace_back(part);
      from = comma + 1;
    }
  }
  return parts;
}

std::optional<Effective> find_in(const RawValues& level, const Option& option) {
  const auto value = level.find(option.name);
  const auto file = option.secret ? level.find(std::string(option.name) + "_FILE") : level.end();
  if (value != level.end() && file != level.end()) {
    throw BadStart(value->second.place + ": is given together with " + file->second.place +
                   "; give one of the two");
  }
  if (file != level.end()) {
    return Effective{&option, {read_secret_file(file->second)}, file->second.place};
  }
  if (value == level.end()) return std::nullopt;
  return Effective{&option, value->second.texts, value->second.place};
}

Effective in_force(Program program, const Option& option, const std::vector<RawValues>& levels) {
  std::optional<Effective> found;
  // Every level is looked at, so that a fault in a weaker one is reported as well.
  for (const auto& level : levels) {
    auto here = find_in(level, option);
    if (here && !found) found = std::move(here);
  }
  if (!found) found = Effective{&option, {std::string(option.default_for(program))}, "default"};
  if (option.kind == OptionKind::list) found->texts = split(found->texts);
  return *std::move(found);
}

}  // namespace

RawValues from_environment(Program program, const Environment& environment) {
  RawValues values;
  const auto take = [&](const std::string& name) {
    const auto found = environment.find(name);
    if (found == environment.end() || found->second.empty()) return;
    values[name] = RawValue{{found->second}, "environment " + name};
  };
  for (const auto& option : option_table()) {
    if (!option.read_by(program)) continue;
    take(std::string(option.name));
    if (option.secret) take(std::string(option.name) + "_FILE");
  }
  return values;
}

std::vector<Effective> resolve(Program program, const std::vector<RawValues>& levels) {
  std::vector<Effective> effective;
  for (const auto& option : option_table()) {
    if (option.read_by(program)) effective.push_back(in_force(program, option, levels));
  }
  return effective;
}

OptionValues to_values(const std::vector<Effective>& effective) {
  OptionValues values;
  for (const auto& [option, texts, place] : effective) {
    try {
      option->store(texts, values);
    } catch (const BadValue& bad) {
      const auto where = place == "default" ? "default of " + option->file_key() : place;
      throw BadStart(where + ": " + bad.what());
    }
  }
  return values;
}

}  // namespace invoicing::ops
