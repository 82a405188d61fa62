#pragma once
// What a run leaves behind: the story (kept only where somebody will read it), its fingerprint, and
// the first promise that was broken.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "domain/instant.hpp"

namespace invoicing::simulation {

/// Not thread-safe.
class Trace {
 public:
  /// How many of the last lines are kept; 0 keeps none and is quick. `details`: also what changes
  /// nothing.
  explicit Trace(std::size_t lines_max, bool details = false)
      : lines_max_(lines_max), details_(details) {}

  void at(Instant now) { now_ = now; }

  /// `text` is called only where the line is kept.
  template <typename Text>
  void note(const std::string& who, Text&& text) {
    if (lines_max_ == 0) return;
    add(format_instant(now_) + "  " + who + ": " + std::forward<Text>(text)());
  }

  template <typename Text>
  void note_detail(const std::string& who, Text&& text) {
    if (details_) note(who, std::forward<Text>(text));
  }

  /// Two runs of one seed must mix in the same numbers.
  void mix(std::uint64_t value) { fingerprint_ = (fingerprint_ ^ value) * 0x100000001B3U; }
  std::uint64_t fingerprint() const { return fingerprint_; }

  /// Notes that a promise is broken; the first one ends the run. `text` says which and how.
  template <typename Text>
  void expect(bool kept, Text&& text) {
    if (kept || broken_) return;
    broken_ = std::forward<Text>(text)();
    note("BROKEN", [this] { return *broken_; });
  }
  bool failed() const { return broken_.has_value(); }
  const std::optional<std::string>& broken() const { return broken_; }

  const std::deque<std::string>& lines() const { return lines_; }

 private:
  void add(std::string line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > lines_max_) lines_.pop_front();
  }

  const std::size_t lines_max_;
  const bool details_;
  Instant now_{};
  std::deque<std::string> lines_;
  std::uint64_t fingerprint_ = 0xCBF29CE484222325U;
  std::optional<std::string> broken_;
};

}  // namespace invoicing::simulation
