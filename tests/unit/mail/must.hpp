#pragma once

#include <stdexcept>
#include <utility>

#include "domain/result.hpp"

namespace invoicing::mail {

/// The value, or the end of the test with the error's words.
template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail());
  return *std::move(result);
}

}  // namespace invoicing::mail
