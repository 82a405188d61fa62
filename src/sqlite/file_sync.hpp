#pragma once

#include <filesystem>

#include "domain/result.hpp"

namespace invoicing::sqlite {

/// Brings what was written to the file or folder `path` to the disk (fsync). `flags`: to open it
/// with. Error storage_unavailable, with a sentence for the operator.
Result<void> sync_to_disk(const std::filesystem::path& path, int flags);

}  // namespace invoicing::sqlite
