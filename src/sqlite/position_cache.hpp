#pragma once
// Where in the table of invoices an id was last found.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "domain/invoice_id.hpp"

namespace invoicing::sqlite {

/// Remembers the row numbers (`seq`) of ids, so that a point read need not search the index of ids.
/// What it says is a guess: it may have forgotten, and now and then it takes one id for another.
/// Whoever uses it reads the row and compares the id that stands there. So it needs no
/// invalidation, and threads share it without a lock.
/// Never over `kBytes`; memory is taken page by page (of 4 KB or 2 MB, as the system likes) as ids
/// are remembered, none at first. Where the system gives no memory it remembers nothing.
/// Thread-safe.
class PositionCache {
 public:
  /// Two million ids; of one million chosen by chance it forgets 2 in 100.
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  /// Greater row numbers are not remembered.
  static constexpr std::int64_t kSeqMax = (std::int64_t{1} << 40) - 1;

  PositionCache();
  ~PositionCache();
  PositionCache(const PositionCache&) = delete;
  PositionCache& operator=(const PositionCache&) = delete;

  std::optional<std::int64_t> find(const InvoiceId& id) const;
  /// `seq` >= 1. May make it forget another id.
  void remember(const InvoiceId& id, std::int64_t seq);

 private:
  std::uint64_t* set_of(std::uint64_t hash) const;

  std::uint64_t* entries_ = nullptr;  // kBytes in all, or none
};

}  // namespace invoicing::sqlite
