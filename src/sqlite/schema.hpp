#pragma once
// The tables, their version, and the way from each version to the next.

#include <cstdint>
#include <optional>

#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// What this program reads and writes (PRAGMA user_version). 0 is an empty file.
inline constexpr std::int64_t kSchemaVersion = 8;
/// "INVC" (PRAGMA application_id): tells our files from everybody else's.
inline constexpr std::int64_t kApplicationId = 0x494E5643;

/// A quarter of an hour, the grain of the roll-ups. Every zone's offset is a multiple of it.
inline constexpr std::int64_t kQuarterMs = 900'000;
/// The grain of sku_seconds.
inline constexpr std::int64_t kSecondMs = 1000;
/// Sums leave int64, so they are kept as two columns: value = hi × 10^9 + lo.
inline constexpr std::int64_t kHighPart = 1'000'000'000;

/// Brings the file to version `to` (an older one is for tests), one transaction per step. Error
/// storage_unavailable with a sentence for the operator: not our file, or written by a newer
/// program. Throws SqlError.
std::optional<Error> migrate(Connection& writer, std::int64_t to = kSchemaVersion);

/// The same checks without writing: also refuses an older version.
std::optional<Error> check_version(Connection& reader);

}  // namespace invoicing::sqlite
