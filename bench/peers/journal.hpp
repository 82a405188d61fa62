#pragma once
// The plainest durable store there is: records one after the other in a file, many to an fdatasync,
// and no index. It can be written and never read: the bound of what a real store can do.

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "async/worker_pool.hpp"

namespace invoicing::bench {

/// Thread-safe. A failed write ends the process.
class Journal {
 public:
  explicit Journal(const std::filesystem::path& file);
  /// What waits is still written.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Resumes, on the caller's executor, after the record is on the disk. `record` lives until then.
  Task<void> append(std::string_view record);

 private:
  struct Entry {
    std::string_view record;
    Resumption resumption;
  };

  void serve();

  int file_ = -1;
  std::mutex mutex_;
  std::condition_variable work_waits_;
  std::vector<Entry> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace invoicing::bench
