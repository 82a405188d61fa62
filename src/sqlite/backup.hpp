#pragma once
// A checked copy of a store that is being written.

#include <filesystem>

#include "domain/result.hpp"

namespace invoicing::sqlite {

/// Database::backup, from the store `source` to the new file `target`.
Result<void> write_backup(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace invoicing::sqlite
