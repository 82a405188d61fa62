#pragma once
// The one table of options that serves all four programs. Each option is a flag (`--http-address`),
// an environment variable (`HTTP_ADDRESS`) and a key of the configuration file (`http_address`).
// docs/reference/configuration.md is held against this table by a test.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/settings.hpp"

namespace invoicing::ops {

/// Bits, so that an option can name all its readers.
enum class Program : std::uint8_t {
  invoice_service = 1,
  report_generator = 2,
  email_sender = 4,
  standalone = 8,
};

/// "invoice-service", "report-generator", "email-sender", "invoice-standalone".
std::string_view to_string(Program program);

/// The form of a value in help, in errors and in the file (where only `number`, `seconds` and
/// `boolean` stand without quotes and only `list` may be an array).
enum class OptionKind { text, address, number, seconds, boolean, path, list, choice };

struct ProgramDefault {
  Program program;
  std::string_view text;
};

/// Both halves of what options are read into.
struct OptionValues {
  Settings settings;
  Secrets secrets;
};

/// Stores the value; `texts` has one element unless the kind is `list`. Throws BadValue.
using OptionStore = std::function<void(const std::vector<std::string>& texts, OptionValues&)>;

struct Option {
  std::string_view name;  ///< "HTTP_ADDRESS"
  OptionKind kind = OptionKind::text;
  std::uint8_t programs = 0;                     ///< who reads it, bits of Program
  std::string_view default_text = {};            ///< empty: not set
  std::vector<ProgramDefault> defaults_of = {};  ///< programs whose default is another one
  bool secret = false;                           ///< hidden in print; also readable as NAME_FILE
  std::string_view choices = {};                 ///< of a `choice`, separated by '|'
  std::string_view help = {};
  OptionStore store;

  bool read_by(Program program) const {
    return (programs & static_cast<std::uint8_t>(program)) != 0;
  }
  std::string_view default_for(Program program) const;
  std::string flag() const;      ///< "--http-address"
  std::string file_key() const;  ///< "http_address"
};

/// All options, in the order in which help and documentation show them. Never changes.
std::span<const Option> option_table();

/// nullptr if there is none. `name` in capitals.
const Option* find_option(std::string_view name);

/// "--http-address" for "HTTP_ADDRESS".
std::string flag_of(std::string_view name);
/// "http_address" for "HTTP_ADDRESS".
std::string file_key_of(std::string_view name);
/// "HTTP_ADDRESS" for "--http-address" or "http_address".
std::string name_of(std::string_view flag_or_key);

}  // namespace invoicing::ops
