#include "counting.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fault {
namespace {

// So that writes are torn anywhere.
constexpr std::uint64_t kLargePrime = 2'654'435'761;

struct Setup {
  Control* control = nullptr;
  const char* folder = nullptr;
  std::size_t folder_length = 0;
  int log = -1;
  Unsynced* unsynced = nullptr;  // only where a power cut is to come
};

Setup make_setup() {
  Setup setup;
  const char* folder = std::getenv("FAULT_FOLDER");
  const char* control = std::getenv("FAULT_CONTROL");
  const char* log = std::getenv("FAULT_LOG");
  if (folder == nullptr || control == nullptr || log == nullptr) return setup;
  // System calls, because the library's functions of these names are the ones below.
  const long descriptor = ::syscall(SYS_openat, AT_FDCWD, control, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) std::abort();
  void* mapped = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED,
                        static_cast<int>(descriptor), 0);
  ::syscall(SYS_close, descriptor);
  if (mapped == MAP_FAILED) std::abort();
  setup.folder = folder;
  setup.folder_length = std::strlen(folder);
  setup.log = static_cast<int>(
      ::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  setup.control = static_cast<Control*>(mapped);
  if (setup.control->loss.load() >= Loss::some_unsynced) {
    // Never deleted: other threads write until the very end.
    const bool disk_lies = setup.control->loss.load() == Loss::everything;
    setup.unsynced = new Unsynced(std::string(control) + ".graves", disk_lies);
  }
  return setup;
}

const Setup& setup() {
  static const Setup made = make_setup();
  return made;
}

void log_call(std::uint64_t number, const char* kind, std::size_t bytes, const char* verdict,
              const char* path) {
  char line[PATH_MAX + 160];
  const int length = std::snprintf(
      line, sizeof line, "%llu %d %d %s %zu %s %s\n", static_cast<unsigned long long>(number),
      static_cast<int>(::getpid()), static_cast<int>(::syscall(SYS_gettid)), kind, bytes, verdict,
      path + setup().folder_length);
  ::syscall(SYS_write, setup().log, line, static_cast<std::size_t>(length));
}

bool is_matched(const Control& control, const char* kind, const char* path) {
  if (control.kind[0] != '\0' && std::strcmp(control.kind, kind) != 0) return false;
  return std::strncmp(path + setup().folder_length, control.place, std::strlen(control.place)) == 0;
}

/// The others first, so that nobody reads what is taken away. Their own changes stay: a system may
/// have brought anything to the disk by itself.
void cut_power(const Control& control, std::uint64_t number) {
  for (const auto& pid : control.pids) {
    if (pid.load() != 0 && pid.load() != ::getpid()) ::kill(pid.load(), SIGKILL);
  }
  setup().unsynced->cut_power(control.loss.load() != Loss::some_unsynced, std::mt19937_64(number));
}

[[noreturn]] void kill_process() {
  for (;;) ::syscall(SYS_kill, ::getpid(), SIGKILL);
}

/// Registers a program, so that a power cut finds it, also one that only reads.
void enter(Control& control) {
  for (auto& pid : control.pids) {
    std::int32_t free = 0;
    if (pid.compare_exchange_strong(free, ::getpid())) return;
  }
}

__attribute__((constructor)) void begin() {
  if (is_counting()) enter(*setup().control);
}

__attribute__((destructor)) void end() {
  if (!is_counting()) return;
  for (auto& pid : setup().control->pids) {
    std::int32_t mine = ::getpid();
    pid.compare_exchange_strong(mine, 0);
  }
}

}  // namespace

bool is_counting() {
  return setup().control != nullptr;
}

std::int64_t clock_offset_seconds() {
  return is_counting() ? setup().control->clock_offset_seconds.load() : 0;
}

Unsynced* unsynced() {
  return setup().unsynced;
}

bool is_watched(const char* path) {
  const Setup& s = setup();
  return std::strncmp(path, s.folder, s.folder_length) == 0 &&
         (path[s.folder_length] == '/' || path[s.folder_length] == '\0');
}

PathOf::PathOf(int descriptor) {
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, path_, sizeof path_ - 1);
  path_[length > 0 ? length : 0] = '\0';
}

PathOf::PathOf(int folder, const char* name) {
  if (name[0] == '/') {
    std::snprintf(path_, sizeof path_, "%s", name);
    return;
  }
  char base[PATH_MAX];
  if (folder == AT_FDCWD) {
    if (::getcwd(base, sizeof base) == nullptr) base[0] = '\0';
  } else {
    std::snprintf(base, sizeof base, "%s", PathOf(folder).text());
  }
  std::snprintf(path_, sizeof path_, "%.2000s/%.2000s", base, name);
}

Verdict count(const char* kind, std::size_t bytes, const char* path,
              const std::function<void(std::size_t)>& tear) {
  const int errno_before = errno;
  Control& control = *setup().control;
  const std::uint64_t number = control.calls.fetch_add(1) + 1;
  const std::uint64_t match =
      is_matched(control, kind, path) ? control.matched.fetch_add(1) + 1 : 0;
  const Action action = control.action.load();
  const bool is_hit =
      action != Action::none && match >= control.first.load() && match <= control.last.load();
  if (!is_hit) {
    log_call(number, kind, bytes, "-", path);
    errno = errno_before;
    return {};
  }
  const std::uint64_t hit = control.hits.fetch_add(1);
  if (action == Action::kill) {
    const bool torn = control.loss.load() == Loss::part_of_a_write && bytes > 1;
    log_call(number, kind, bytes, torn ? "torn" : "killed", path);
    if (torn) tear(number * kLargePrime % bytes);
    if (setup().unsynced != nullptr) cut_power(control, number);
    kill_process();
  }
  const bool cut =
      action == Action::cut_short || (action == Action::cut_short_then_fail && hit == 0);
  if (cut) {
    log_call(number, kind, bytes, bytes > 1 ? "short" : "-", path);
    errno = errno_before;
    if (bytes <= 1) return {};
    return {Verdict::Fate::cut_short, bytes / 2};
  }
  log_call(number, kind, bytes, "failed", path);
  errno = static_cast<int>(control.error.load());
  return {Verdict::Fate::fail, 0};
}

}  // namespace fault
