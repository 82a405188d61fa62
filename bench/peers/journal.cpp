#include "peers/journal.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace invoicing::bench {
namespace {

constexpr off_t kStepBytes = 64 << 20;

void check(bool well, const char* what) {
  if (well) return;
  std::perror(what);
  std::_Exit(1);
}

}  // namespace

Journal::Journal(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  check(file_ >= 0, "journal");
  thread_ = std::thread([this] { serve(); });
}

Journal::~Journal() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_all();
  thread_.join();
  ::close(file_);
}

Task<void> Journal::append(std::string_view record) {
  co_await suspend([this, record](Resumption resumption) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({record, std::move(resumption)});
    }
    work_waits_.notify_one();
  });
}

void Journal::serve() {
  std::string group;
  off_t end = 0;
  off_t allocated = 0;
  for (;;) {
    std::vector<Entry> entries;
    {
      std::unique_lock lock(mutex_);
      work_waits_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      entries.swap(queue_);
    }
    group.clear();
    for (const Entry& entry : entries) group.append(entry.record).push_back('\n');
    const auto size = static_cast<off_t>(group.size());
    if (end + size > allocated) {
      // So that the size of the file, hence its inode, does not change at every commit.
      check(::posix_fallocate(file_, allocated, kStepBytes) == 0, "posix_fallocate");
      allocated += kStepBytes;
    }
    check(::pwrite(file_, group.data(), group.size(), end) == size, "pwrite");
    check(::fdatasync(file_) == 0, "fdatasync");
    end += size;
    for (Entry& entry : entries) entry.resumption.resume();
  }
}

}  // namespace invoicing::bench
