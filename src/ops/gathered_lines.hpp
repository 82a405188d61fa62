#pragma once
// Lines of which there are very many, so that each thread gathers its own and hands them to the
// operating system together. Whoever reads them may fall behind: then they are dropped and counted,
// because the thread has better things to do than to wait.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace invoicing::ops {

/// A descriptor that lines go to. It stays open.
struct LineTarget {
  explicit LineTarget(int descriptor);

  int fd;
  bool may_make_wait;  ///< a pipe, a socket, a terminal; not a file, nor /dev/null
};

/// Of one thread.
class GatheredLines {
 public:
  /// What may wait to be taken.
  static constexpr std::size_t kMostBytes = 256 * 1024;

  /// `line` without its line feed.
  void add(std::string_view line);
  /// Writes what `target` takes without waiting and keeps the rest. Only whole lines stand in one
  /// system call, so that those of other threads do not get in between.
  void hand_over(const LineTarget& target);

  /// Lines that nobody will see, of all threads.
  static std::uint64_t dropped();

 private:
  std::string text_;
};

}  // namespace invoicing::ops
