#pragma once
// Where the text of an option comes from: flag beats environment beats file beats default.

#include <map>
#include <string>
#include <vector>

#include "ops/option_table.hpp"

namespace invoicing::ops {

/// The environment of a process. Tests pass their own.
using Environment = std::map<std::string, std::string, std::less<>>;

/// What one source says about one option.
struct RawValue {
  std::vector<std::string> texts;  ///< one, or the elements of a list (each may hold commas)
  std::string place;               ///< "--cut-off", "environment CUT_OFF", "my.toml:3:11"
};

/// By name in capitals; of a secret also "SMTP_PASSWORD_FILE".
using RawValues = std::map<std::string, RawValue, std::less<>>;

/// What is in force for one option.
struct Effective {
  const Option* option = nullptr;
  std::vector<std::string> texts;  ///< lists split and trimmed; the content of a secret's file
  std::string place;               ///< as in RawValue, or "default"
};

/// The variables of `environment` that `program` reads. An empty one counts as not set.
RawValues from_environment(Program program, const Environment& environment);

/// One Effective for each option that `program` reads, in the order of the table; `levels` from the
/// strongest to the weakest. Reads the files of secrets. Throws BadStart when a level gives both a
/// secret and its file, or when such a file is missing, empty, not one line or over 64 KiB.
std::vector<Effective> resolve(Program program, const std::vector<RawValues>& levels);

/// Turns the texts into values. Throws BadStart for the first one that cannot be used.
OptionValues to_values(const std::vector<Effective>& effective);

}  // namespace invoicing::ops
