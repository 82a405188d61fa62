#pragma once
// The configuration file, TOML with all keys at the top level.

#include <filesystem>

#include "ops/option_sources.hpp"

namespace invoicing::ops {

/// What the file says about the options of `program`; a place is "FILE:LINE:COLUMN" of the value.
/// Keys that only another program reads are ignored. Throws BadStart, with file, line and column,
/// for a file that is missing or no TOML, a key that no program reads, or a value of another type
/// than its option has.
RawValues read_config_file(const std::filesystem::path& file, Program program);

}  // namespace invoicing::ops
