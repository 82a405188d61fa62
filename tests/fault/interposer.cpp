// A library to preload: it counts every call of a program that changes files below one folder, over
// all threads and processes that share a control block, and at chosen calls kills the process, lets
// the call fail, or makes a write end early.
//
// FAULT_FOLDER   absolute path; calls on files elsewhere pass untouched and uncounted
// FAULT_CONTROL  a file that holds a Control; whoever steers maps it too and may change it at any
// time FAULT_LOG      a file to which one line is appended per counted call:
//                number pid tid kind bytes verdict path
// The wall clock's offset stands in the control block, too: clock_interposer.cpp.
// Without these it does nothing. What is written through a mapping is no call and not seen.

#include <cerrno>
#include <cstdarg>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "counting.hpp"

namespace {

/// `write(bytes)` writes that many, at `offset`; it is told how many may be written.
template <typename Write>
ssize_t counted_write(const char* kind, int descriptor, std::size_t bytes, off_t offset,
                      Write write) {
  if (!fault::is_counting()) return write(bytes);
  const fault::PathOf path(descriptor);
  if (!fault::is_watched(path.text())) return write(bytes);
  const auto verdict = fault::count(kind, bytes, path.text(), write);
  if (verdict.fate == fault::Verdict::Fate::fail) return -1;
  if (Unsynced* notes = fault::unsynced()) {
    notes->note_write(descriptor, path.text(), bytes, offset);
  }
  return write(verdict.fate == fault::Verdict::Fate::cut_short ? verdict.bytes : bytes);
}

/// Where the next write without an offset goes.
off_t position_of(int descriptor) {
  return fault::unsynced() == nullptr ? 0 : ::lseek(descriptor, 0, SEEK_CUR);
}

/// Any other call: `note` tells the notes of what is not synced about it, `call` does it and
/// answers -1 with errno on failure.
template <typename Call, typename Note>
int counted(const char* kind, const char* path, Call call, Note note) {
  if (!fault::is_watched(path)) return call();
  const auto verdict = fault::count(kind, 0, path, [](std::size_t) {});
  if (verdict.fate == fault::Verdict::Fate::fail) return -1;
  if (Unsynced* notes = fault::unsynced()) note(*notes, path);
  return call();
}

void no_note(Unsynced&, const char*) {}

template <typename Call, typename Note = decltype(&no_note)>
int counted_on_file(const char* kind, int descriptor, Call call, Note note = no_note) {
  if (!fault::is_counting()) return call();
  return counted(kind, fault::PathOf(descriptor).text(), call, note);
}

template <typename Call, typename Note>
int counted_on_name(const char* kind, int folder, const char* name, Call call, Note note) {
  if (!fault::is_counting()) return call();
  return counted(kind, fault::PathOf(folder, name).text(), call, note);
}

void note_new_name(Unsynced& notes, const char* path) {
  if (::access(path, F_OK) != 0) notes.note_new_name(path);
}

void note_removal(Unsynced& notes, const char* path) {
  notes.note_removal(path);
}

/// fsync or fdatasync.
template <typename Call>
int counted_sync(const char* kind, int descriptor, Call call) {
  std::uint64_t mark = 0;
  const int outcome = counted_on_file(
      kind, descriptor, call, [&mark](Unsynced& notes, const char*) { mark = notes.mark(); });
  if (outcome == 0 && mark > 0) {
    fault::unsynced()->synced(descriptor, fault::PathOf(descriptor).text(), mark);
  }
  return outcome;
}

template <typename... Arguments>
int system_call(long number, Arguments... arguments) {
  return static_cast<int>(::syscall(number, arguments...));
}

int open_at(int folder, const char* name, int flags, mode_t mode) {
  const auto call = [=] { return system_call(SYS_openat, folder, name, flags, mode); };
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return call();
  return counted_on_name("open", folder, name, call, note_new_name);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int make_temporary(char* name, int flags) {
  using Function = int (*)(char*, int);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "mkostemp"));
  const int descriptor = counted_on_name(
      "open", AT_FDCWD, name, [=] { return real(name, flags); }, [](Unsynced&, const char*) {});
  // Only now it has its name.
  if (Unsynced* notes = descriptor < 0 ? nullptr : fault::unsynced();
      notes != nullptr && fault::is_watched(name)) {
    notes->note_new_name(name);
  }
  return descriptor;
}

ssize_t write_vector(int descriptor, const iovec* parts, int count_of_parts) {
  std::size_t all = 0;
  for (int i = 0; i < count_of_parts; ++i) all += parts[i].iov_len;
  return counted_write("writev", descriptor, all, position_of(descriptor),
                       [=](std::size_t bytes) -> ssize_t {
                         if (bytes == all)
                           return ::syscall(SYS_writev, descriptor, parts, count_of_parts);
                         // Cut short: what fits of the first part is short enough.
                         return ::syscall(SYS_write, descriptor, parts[0].iov_base,
                                          bytes < parts[0].iov_len ? bytes : parts[0].iov_len);
                       });
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  return counted_write("write", descriptor, size, position_of(descriptor),
                       [=](std::size_t allowed) -> ssize_t {
                         return ::syscall(SYS_write, descriptor, bytes, allowed);
                       });
}

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t size, off64_t offset) {
  return counted_write("pwrite64", descriptor, size, offset, [=](std::size_t allowed) -> ssize_t {
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
  return counted_sync("fsync", descriptor, [=] { return system_call(SYS_fsync, descriptor); });
}

int fdatasync(int descriptor) {
  return counted_sync("fdatasync", descriptor,
                      [=] { return system_call(SYS_fdatasync, descriptor); });
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return counted_on_file(
      "ftruncate", descriptor, [=] { return system_call(SYS_ftruncate, descriptor, size); },
      [=](Unsynced& notes, const char* path) { notes.note_truncate(descriptor, path, size); });
}

int ftruncate(int descriptor, off_t size) noexcept {
  return ftruncate64(descriptor, size);
}

int truncate64(const char* name, off64_t size) noexcept {
  return counted_on_name(
      "truncate", AT_FDCWD, name, [=] { return system_call(SYS_truncate, name, size); }, no_note);
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
  return counted_on_name(
      "mkdir", AT_FDCWD, name, [=] { return system_call(SYS_mkdir, name, mode); }, note_new_name);
}

int rename(const char* from, const char* to) noexcept {
  return counted_on_name(
      "rename", AT_FDCWD, from, [=] { return system_call(SYS_rename, from, to); },
      [=](Unsynced& notes, const char* path) { notes.note_rename(path, to); });
}

int link(const char* from, const char* to) noexcept {
  return counted_on_name(
      "link", AT_FDCWD, from, [=] { return system_call(SYS_link, from, to); },
      [=](Unsynced& notes, const char*) { note_new_name(notes, to); });
}

int unlink(const char* name) noexcept {
  return counted_on_name(
      "unlink", AT_FDCWD, name, [=] { return system_call(SYS_unlink, name); }, note_removal);
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  return counted_on_name(
      "unlink", folder, name, [=] { return system_call(SYS_unlinkat, folder, name, flags); },
      note_removal);
}

int remove(const char* name) noexcept {
  return counted_on_name(
      "unlink", AT_FDCWD, name,
      [=] {
        const int removed = system_call(SYS_unlink, name);
        return removed != 0 && errno == EISDIR ? system_call(SYS_rmdir, name) : removed;
      },
      note_removal);
}

int fchmod(int descriptor, mode_t mode) noexcept {
  return counted_on_file("fchmod", descriptor,
                         [=] { return system_call(SYS_fchmod, descriptor, mode); });
}

}  // extern "C"
