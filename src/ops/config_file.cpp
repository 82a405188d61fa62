#include "ops/config_file.hpp"

#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "ops/bad_start.hpp"
#include "ops/in_quotes.hpp"
#include "ops/nearest.hpp"

namespace invoicing::ops {
namespace {

std::string place_in(const std::filesystem::path& file, const toml::source_position& at) {
  return file.string() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string read_whole(const std::filesystem::path& file) {
  constexpr std::streamsize kBytesMax = 1024 * 1024;
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    throw BadStart("--config: the file " + in_quotes(file.string()) +
                   " cannot be read; name a file that this user may read");
  }
  std::string content(kBytesMax + 1, '\0');
  stream.read(content.data(), kBytesMax + 1);
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (content.size() > kBytesMax) {
    throw BadStart("--config: the file " + in_quotes(file.string()) +
                   " is over 1 MiB; name a configuration file");
  }
  return content;
}

// The parser's own words may quote a piece of the line, and the line may hold a secret.
toml::table parse(const std::filesystem::path& file) {
  const auto content = read_whole(file);
  try {
    return toml::parse(content, file.string());
  } catch (const toml::parse_error& fault) {
    throw BadStart(place_in(file, fault.source().begin) +
                   ": is no TOML from here on; write key = value, with texts in double quotes and "
                   "each key once");
  }
}

struct FileKey {
  std::string name;  ///< in capitals, perhaps with _FILE
  const Option* option = nullptr;
  bool names_file = false;
};

FileKey look_up(std::string_view key) {
  FileKey found{.name = name_of(key)};
  if (file_key_of(found.name) != key) return found;  // capitals or dashes: nobody's key
  found.option = find_option(found.name);
  if (found.option != nullptr || !found.name.ends_with("_FILE")) return found;
  const auto* owner = find_option(found.name.substr(0, found.name.size() - 5));
  if (owner != nullptr && owner->secret) {
    found.option = owner;
    found.names_file = true;
  }
  return found;
}

[[noreturn]] void refuse_key(const std::string& place, const toml::key& key,
                             const toml::node& value) {
  if (value.is_table()) {
    throw BadStart(place + ": " + in_quotes(key.str()) +
                   " is a table; all keys stand at the top level of the file");
  }
  std::vector<std::string> known;
  for (const auto& option : option_table()) known.push_back(option.file_key());
  throw BadStart(place + ": no program reads the key " + in_quotes(key.str()) +
                 did_you_mean(key.str(), known, "correct or remove it"));
}

std::string text_of(const toml::node& node, OptionKind kind, const std::string& place,
                    const std::string& key) {
  const auto need = [&](std::string_view what) {
    return BadStart(place + ": " + key + " is of the wrong type; write " + std::string(what));
  };
  if (kind == OptionKind::boolean) {
    if (!node.is_boolean()) throw need("true or false without quotes");
    return node.as_boolean()->get() ? "true" : "false";
  }
  if (kind == OptionKind::number || kind == OptionKind::seconds) {
    if (!node.is_integer()) throw need("a whole number without quotes");
    return std::to_string(node.as_integer()->get());
  }
  if (!node.is_string()) throw need("a text in double quotes");
  return node.as_string()->get();
}

std::vector<std::string> texts_of(const toml::node& node, const FileKey& found,
                                  const std::string& place) {
  const auto key = file_key_of(found.name);
  const auto kind = found.names_file ? OptionKind::path : found.option->kind;
  if (kind != OptionKind::list || !node.is_array()) return {text_of(node, kind, place, key)};
  std::vector<std::string> texts;
  for (const auto& element : *node.as_array()) texts.push_back(text_of(element, kind, place, key));
  return texts;
}

}  // namespace

RawValues read_config_file(const std::filesystem::path& file, Program program) {
  const auto table = parse(file);
  RawValues values;
  for (const auto& [key, node] : table) {
    const auto found = look_up(key.str());
    if (found.option == nullptr) refuse_key(place_in(file, key.source().begin), key, node);
    if (!found.option->read_by(program)) continue;
    const auto place = place_in(file, node.source().begin);
    values[found.name] = RawValue{texts_of(node, found, place), place};
  }
  return values;
}

}  // namespace invoicing::ops
