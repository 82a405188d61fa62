// A library to preload: it counts the allocations of a process over all threads and lets chosen
// ones fail, as they do when a limit is reached. `new` of the C++ library allocates through malloc,
// so that it throws std::bad_alloc at the same calls.
//
// MEMORY_CONTROL  a file that holds a Control; whoever steers maps it too and may change it at any
// time. Without it nothing is counted and nothing fails.
//
// What libfaketime, another tool of the tests, allocates is left alone: it ends the process without
// a word when that fails.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

// The allocator of glibc under its own names, which no preloaded library hides.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

/// memory_control.py has the same layout: six little-endian words.
struct Control {
  std::atomic<std::uint64_t> calls;    // counted so far
  std::atomic<std::uint64_t> first;    // number of the first call that fails, from 1; 0 for none
  std::atomic<std::uint64_t> last;     // number of the last one
  std::atomic<std::uint64_t> hits;     // calls that failed so far
  std::atomic<std::uint64_t> thread;   // only this thread's calls count; 0 for all
  std::atomic<std::uint64_t> threads;  // threads seen so far; they are numbered from 1
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Control) == 48);

// No constructor: the first allocations come before any of this library would have run.
std::atomic<Control*> g_control{nullptr};
thread_local std::uint64_t t_thread __attribute__((tls_model("initial-exec"))) = 0;

// Where the code of libfaketime stands.
std::atomic<std::uintptr_t> g_exempt_begin{0};
std::atomic<std::uintptr_t> g_exempt_end{0};

int note_if_exempt(dl_phdr_info* library, std::size_t, void*) {
  if (std::strstr(library->dlpi_name, "libfaketime") == nullptr) return 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const auto& segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    g_exempt_begin.store(library->dlpi_addr + segment.p_vaddr);
    g_exempt_end.store(library->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return 1;
}

__attribute__((constructor)) void open_control() {
  dl_iterate_phdr(note_if_exempt, nullptr);
  const char* path = std::getenv("MEMORY_CONTROL");
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory != MAP_FAILED) g_control.store(static_cast<Control*>(memory));
}

bool fails(const void* caller) {
  Control* control = g_control.load(std::memory_order_acquire);
  if (control == nullptr) return false;
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  if (address >= g_exempt_begin.load() && address < g_exempt_end.load()) return false;
  if (t_thread == 0) t_thread = control->threads.fetch_add(1) + 1;
  const std::uint64_t wanted = control->thread.load(std::memory_order_relaxed);
  if (wanted != 0 && wanted != t_thread) return false;
  const std::uint64_t number = control->calls.fetch_add(1) + 1;
  const std::uint64_t first = control->first.load();
  if (first == 0 || number < first || number > control->last.load()) return false;
  control->hits.fetch_add(1);
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  return fails(__builtin_return_address(0)) ? nullptr : __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  return fails(__builtin_return_address(0)) ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
  return fails(__builtin_return_address(0)) ? nullptr : __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  return fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (fails(__builtin_return_address(0))) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

}  // extern "C"
