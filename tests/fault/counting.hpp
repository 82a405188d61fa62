#pragma once
// The counting half of the interposer: which calls are counted, and what is to happen to each.

#include <array>
#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "unsynced.hpp"

namespace fault {

enum class Loss : std::uint64_t {
  nothing,
  part_of_a_write,
  some_unsynced,
  all_unsynced,
  everything
};
enum class Action : std::uint64_t { none, kill, fail, cut_short, cut_short_then_fail };

/// trial/control.py has the same layout: little-endian words and two texts.
struct Control {
  std::atomic<std::uint64_t> calls;    // counted so far
  std::atomic<std::uint64_t> matched;  // those of `kind` on paths that begin with `place`
  std::atomic<Action> action;          // what happens to the matched calls first to last
  std::atomic<std::uint64_t> first;    // from 1
  std::atomic<std::uint64_t> last;
  std::atomic<std::uint64_t> error;                // errno of a failing call
  std::atomic<Loss> loss;                          // what a kill takes with it
  std::atomic<std::uint64_t> hits;                 // calls that met with the action so far
  std::atomic<std::int64_t> clock_offset_seconds;  // the wall clock shows so much more
  // Empty for all. Written before the programs start.
  char kind[16];
  char place[48];
  // Programs under way; a power cut ends them all.
  std::array<std::atomic<std::int32_t>, 16> pids;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Control) == 200);

/// The path of an open file; empty if it has none.
class PathOf {
 public:
  explicit PathOf(int descriptor);
  /// `name` as seen from an open folder, or from the working folder (AT_FDCWD).
  PathOf(int folder, const char* name);
  const char* text() const { return path_; }

 private:
  char path_[PATH_MAX];
};

struct Verdict {
  enum class Fate { proceed, fail, cut_short } fate = Fate::proceed;
  std::size_t bytes = 0;  // of a write that is cut short
};

/// False where the environment asks for nothing.
bool is_counting();

/// Whether calls on this path count.
bool is_watched(const char* path);

/// Counts a call that is about to change something at a watched path; may not return. Leaves errno
/// as it was, or as the call has to fail. `tear` does so many bytes of a write before a kill.
Verdict count(const char* kind, std::size_t bytes, const char* path,
              const std::function<void(std::size_t)>& tear);

/// 0 where the environment asks for nothing.
std::int64_t clock_offset_seconds();

/// Null unless a power cut is to come.
Unsynced* unsynced();

}  // namespace fault
