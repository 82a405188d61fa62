// A library to preload: it counts every call of a program that changes files below one folder, over
// all threads and processes that share a control block, and at chosen calls kills the process, lets
// the call fail, or makes a write end early.
//
// FAULT_FOLDER   absolute path; calls on files elsewhere pass untouched and uncounted
// FAULT_CONTROL  a file that holds a Control; whoever steers maps it too and may change it at any
// time FAULT_LOG      a file to which one line is appended per counted call:
//                number pid tid kind bytes verdict path
// Without these it does nothing. What is written through a mapping is no call and not seen.

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

enum class Action : std::uint64_t { none, kill, fail, cut_short, cut_short_then_fail };

/// trial/control.py has the same layout: eight little-endian words and two texts.
struct Control {
  std::atomic<std::uint64_t> calls;    // counted so far
  std::atomic<std::uint64_t> matched;  // those of `kind` on paths that begin with `place`
  std::atomic<Action> action;          // what happens to the matched calls first to last
  std::atomic<std::uint64_t> first;    // from 1
  std::atomic<std::uint64_t> last;
  std::atomic<std::uint64_t> error;  // errno of a failing call
  std::atomic<std::uint64_t> torn;   // 1: half of a killed write has reached the file
  std::atomic<std::uint64_t> hits;   // calls that met with the action so far
  // Empty for all. Written before the programs start.
  char kind[16];
  char place[48];
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Control) == 128);

struct Setup {
  Control* control = nullptr;
  const char* folder = nullptr;
  std::size_t folder_length = 0;
  int log = -1;
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
  return setup;
}

const Setup& setup() {
  static const Setup made = make_setup();
  return made;
}

bool is_below_folder(const char* path) {
  const Setup& s = setup();
  return std::strncmp(path, s.folder, s.folder_length) == 0 &&
         (path[s.folder_length] == '/' || path[s.folder_length] == '\0');
}

/// The path of an open file; empty if it has none.
class PathOf {
 public:
  explicit PathOf(int descriptor) {
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = ::readlink(link, path_, sizeof path_ - 1);
    path_[length > 0 ? length : 0] = '\0';
  }
  /// `name` as seen from an open folder, or from the working folder (AT_FDCWD).
  PathOf(int folder, const char* name) {
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
  const char* text() const { return path_; }

 private:
  char path_[PATH_MAX];
};

struct Verdict {
  enum class Fate { proceed, fail, cut_short } fate = Fate::proceed;
  std::size_t bytes = 0;  // of a write that is cut short
};

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

[[noreturn]] void kill_process() {
  for (;;) ::syscall(SYS_kill, ::getpid(), SIGKILL);
}

/// A call that changes something below the folder. `tear` does half of a write before a kill.
template <typename Tear>
Verdict count(const char* kind, std::size_t bytes, const char* path, Tear tear) {
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
    const bool torn = control.torn.load() == 1 && bytes > 1;
    log_call(number, kind, bytes, torn ? "torn" : "killed", path);
    if (torn) tear(bytes / 2);
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

/// `write(bytes)` writes that many; it is told how many may be written.
template <typename Write>
ssize_t counted_write(const char* kind, int descriptor, std::size_t bytes, Write write) {
  if (setup().control == nullptr) return write(bytes);
  const PathOf path(descriptor);
  if (!is_below_folder(path.text())) return write(bytes);
  const Verdict verdict = count(kind, bytes, path.text(), write);
  if (verdict.fate == Verdict::Fate::fail) return -1;
  return write(verdict.fate == Verdict::Fate::cut_short ? verdict.bytes : bytes);
}

/// Any other call; `call` does it and answers -1 with errno on failure.
template <typename Call>
int counted(const char* kind, const char* path, Call call) {
  if (!is_below_folder(path)) return call();
  const Verdict verdict = count(kind, 0, path, [](std::size_t) {});
  return verdict.fate == Verdict::Fate::fail ? -1 : call();
}

template <typename Call>
int counted_on_file(const char* kind, int descriptor, Call call) {
  if (setup().control == nullptr) return call();
  return counted(kind, PathOf(descriptor).text(), call);
}

template <typename Call>
int counted_on_name(const char* kind, int folder, const char* name, Call call) {
  if (setup().control == nullptr) return call();
  return counted(kind, PathOf(folder, name).text(), call);
}

template <typename... Arguments>
int system_call(long number, Arguments... arguments) {
  return static_cast<int>(::syscall(number, arguments...));
}

int open_at(int folder, const char* name, int flags, mode_t mode) {
  const auto call = [=] { return system_call(SYS_openat, folder, name, flags, mode); };
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return call();
  return counted_on_name("open", folder, name, call);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int make_temporary(char* name, int flags) {
  using Function = int (*)(char*, int);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "mkostemp"));
  return counted_on_name("open", AT_FDCWD, name, [=] { return real(name, flags); });
}

ssize_t write_vector(int descriptor, const iovec* parts, int count_of_parts) {
  std::size_t all = 0;
  for (int i = 0; i < count_of_parts; ++i) all += parts[i].iov_len;
  return counted_write("writev", descriptor, all, [=](std::size_t bytes) -> ssize_t {
    if (bytes == all) return ::syscall(SYS_writev, descriptor, parts, count_of_parts);
    // Cut short: what fits of the first part is short enough.
    return ::syscall(SYS_write, descriptor, parts[0].iov_base,
                     bytes < parts[0].iov_len ? bytes : parts[0].iov_len);
  });
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  return counted_write("write", descriptor, size, [=](std::size_t allowed) -> ssize_t {
    return ::syscall(SYS_write, descriptor, bytes, allowed);
  });
}

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t size, off64_t offset) {
  return counted_write("pwrite64", descriptor, size, [=](std::size_t allowed) -> ssize_t {
    return ::syscall(SYS_pwrite64, descriptor, bytes, allowed, offset);
  });
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t size, off_t offset) {
  return pwrite64(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const iovec* parts, int count_of_parts) {
  return write_vector(descriptor, parts, count_of_parts);
}

int fsync(int descriptor) {
  return counted_on_file("fsync", descriptor, [=] { return system_call(SYS_fsync, descriptor); });
}

int fdatasync(int descriptor) {
  return counted_on_file("fdatasync", descriptor,
                         [=] { return system_call(SYS_fdatasync, descriptor); });
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return counted_on_file("ftruncate", descriptor,
                         [=] { return system_call(SYS_ftruncate, descriptor, size); });
}

int ftruncate(int descriptor, off_t size) noexcept {
  return ftruncate64(descriptor, size);
}

int truncate64(const char* name, off64_t size) noexcept {
  return counted_on_name("truncate", AT_FDCWD, name,
                         [=] { return system_call(SYS_truncate, name, size); });
}

int truncate(const char* name, off_t size) noexcept {
  return truncate64(name, size);
}

int fallocate64(int descriptor, int mode, off64_t offset, off64_t size) {
  return counted_on_file("fallocate", descriptor, [=] {
    return system_call(SYS_fallocate, descriptor, mode, offset, size);
  });
}

int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  return fallocate64(descriptor, mode, offset, size);
}

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, name, flags, mode);
}

int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(folder, name, flags, mode);
}

int openat64(int folder, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(folder, name, flags, mode);
}

int creat(const char* name, mode_t mode) {
  return open_at(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int mkostemp(char* name, int flags) {
  return make_temporary(name, flags);
}

int mkostemp64(char* name, int flags) {
  return make_temporary(name, flags);
}

int mkdir(const char* name, mode_t mode) noexcept {
  return counted_on_name("mkdir", AT_FDCWD, name,
                         [=] { return system_call(SYS_mkdir, name, mode); });
}

int rename(const char* from, const char* to) noexcept {
  return counted_on_name("rename", AT_FDCWD, from,
                         [=] { return system_call(SYS_rename, from, to); });
}

int link(const char* from, const char* to) noexcept {
  return counted_on_name("link", AT_FDCWD, from, [=] { return system_call(SYS_link, from, to); });
}

int unlink(const char* name) noexcept {
  return counted_on_name("unlink", AT_FDCWD, name, [=] { return system_call(SYS_unlink, name); });
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  return counted_on_name("unlink", folder, name,
                         [=] { return system_call(SYS_unlinkat, folder, name, flags); });
}

int remove(const char* name) noexcept {
  return counted_on_name("unlink", AT_FDCWD, name, [=] {
    const int removed = system_call(SYS_unlink, name);
    return removed != 0 && errno == EISDIR ? system_call(SYS_rmdir, name) : removed;
  });
}

int fchmod(int descriptor, mode_t mode) noexcept {
  return counted_on_file("fchmod", descriptor,
                         [=] { return system_call(SYS_fchmod, descriptor, mode); });
}

}  // extern "C"
