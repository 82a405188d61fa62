#pragma once
// Collects all faults of one input, so that a client can correct them in one go.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.hpp"

namespace invoicing::codec {

/// A fault for each of the items that an invoice may have, and some more.
inline constexpr std::size_t kMaxFaults = 1100;

class FaultList {
 public:
  /// Beyond kMaxFaults nothing is added: an answer has a limit too.
  void add(std::string pointer, std::string_view code, std::string detail) {
    if (faults_.size() == kMaxFaults) return;
    faults_.push_back({std::move(pointer), std::string(code), std::move(detail)});
  }

  bool empty() const { return faults_.empty(); }

  /// validation_failed with all of them. Empties the list.
  Error to_error() {
    std::string detail =
        faults_.size() == 1 ? "1 fault" : std::to_string(faults_.size()) + " faults";
    return Error(ErrorCode::validation_failed, detail + "; see errors.", std::move(faults_));
  }

 private:
  std::vector<Fault> faults_;
};

}  // namespace invoicing::codec
