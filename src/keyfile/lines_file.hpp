#pragma once
// A small text file that is read and replaced as a whole.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "domain/result.hpp"

namespace invoicing::keyfile {

inline constexpr std::size_t kFileBytesMax = 8 * 1024 * 1024;

/// The lines without their ends. Error storage_unavailable: not there, not readable, or larger than
/// kFileBytesMax; the detail names the file.
Result<std::vector<std::string>> read_lines(const std::filesystem::path& file);

/// Puts these lines in place of the file: whoever reads sees the old one or the new one, after a
/// power cut too. It keeps its mode; a new one has 0600. Error storage_unavailable as above.
Result<void> replace_lines(const std::filesystem::path& file,
                           const std::vector<std::string>& lines);

/// Runs `work` while nobody else on this machine holds the lock FILE.lock. Blocks. Error
/// storage_unavailable when the lock cannot be had.
Result<bool> with_lock(const std::filesystem::path& file,
                       const std::function<Result<bool>()>& work);

}  // namespace invoicing::keyfile
