#include "ops/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace invoicing::ops {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string_view otherwise) {
  constexpr std::size_t kWordMax = 64;
  const std::string* nearest = nullptr;
  std::size_t least = 3;
  for (const auto& candidate : known) {
    if (word.size() > kWordMax) break;
    const auto here = distance(word, candidate);
    if (here < least) {
      least = here;
      nearest = &candidate;
    }
  }
  if (nearest != nullptr) return "; did you mean " + *nearest + "?";
  return "; " + std::string(otherwise);
}

}  // namespace invoicing::ops
