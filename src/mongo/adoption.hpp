#pragma once
// Takes the documents that the NestJS original wrote into the books.

#include <cstdint>
#include <string>
#include <vector>

#include "mongo/client.hpp"

namespace invoicing::mongo {

struct AdoptionResult {
  std::int64_t adopted = 0;  ///< documents that got their money fields in this run
  std::int64_t left = 0;     ///< documents without a date or with what cannot be money
  /// The `_id`s of the first 20 of those left, each with the reason: "6921…: no date".
  std::vector<std::string> examples;
};

/// To be called before each closing (figures count adopted documents only) and by the audit, which
/// names what is left. Thread-safe; `client` must outlive it.
class Adoption {
 public:
  explicit Adoption(Client& client) : engine_(client.engine()) {}

  /// Adopts every document that has no recordedAt: adds amountMinor, currency and each item's
  /// qtMilli, and recordedAt = `now` (the caller's clock: the change stands in the closing after
  /// it). Each document by one update that requires it to be as it was read, so that what the
  /// original writes meanwhile is adopted by the next run. Never writes a field that is there,
  /// `status` above all. Constant memory. Errors of Client, outcome_unknown: call it again.
  Task<Result<AdoptionResult>> adopt(Instant now);

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
