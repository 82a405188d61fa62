#include "ops/gathered_lines.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <mutex>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace invoicing::ops {
namespace {

std::atomic<std::uint64_t> lines_dropped{0};

// Room that one thread has seen must not be taken by another one.
std::mutex& descriptor_mutex() {
  static std::mutex mutex;
  return mutex;
}

bool has_room(int fd) {
  pollfd asked{fd, POLLOUT, 0};
  return poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

// What goes out with the next call: of a pipe that has room at all PIPE_BUF bytes (pipe(7)).
std::size_t next_piece(const LineTarget& target, std::string_view rest) {
  if (!target.may_make_wait) return rest.size();
  if (!has_room(target.fd)) return 0;
  const auto end = rest.rfind('\n', PIPE_BUF - 1);
  return end == std::string_view::npos ? std::min<std::size_t>(rest.size(), PIPE_BUF) : end + 1;
}

}  // namespace

LineTarget::LineTarget(int descriptor) : fd(descriptor), may_make_wait(true) {
  struct stat what{};
  if (fstat(fd, &what) != 0) return;
  const bool is_device = S_ISCHR(what.st_mode) && isatty(fd) == 0;
  may_make_wait = !is_device && !S_ISREG(what.st_mode);
}

void GatheredLines::add(std::string_view line) {
  if (text_.size() + line.size() >= kMostBytes) {
    lines_dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  text_ += line;
  text_ += '\n';
}

void GatheredLines::hand_over(const LineTarget& target) {
  if (text_.empty()) return;
  const std::lock_guard lock(descriptor_mutex());
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t bytes = next_piece(target, rest);
    if (bytes == 0) break;
    const auto written = ::write(target.fd, rest.data(), bytes);
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0 || errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      const auto lines = std::count(rest.begin(), rest.end(), '\n');
      lines_dropped.fetch_add(static_cast<std::uint64_t>(lines), std::memory_order_relaxed);
      rest = {};
    }
  }
  text_.erase(0, text_.size() - rest.size());
}

std::uint64_t GatheredLines::dropped() {
  return lines_dropped.load(std::memory_order_relaxed);
}

}  // namespace invoicing::ops
