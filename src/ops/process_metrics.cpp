#include "ops/process_metrics.hpp"

#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace invoicing::ops {
namespace {

// Field `number` (from 1, as in proc(5)) of /proc/self/stat. The second field is the name of the
// program in parentheses, in which anything may stand, so counting begins behind the last one.
double stat_field(int number) {
  std::ifstream file("/proc/self/stat");
  std::string content{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(content.substr(content.rfind(')') + 1));
  std::string field;
  for (int at = 2; at < number; ++at) fields >> field;
  return std::stod(field);
}

double ticks_per_second() {
  return static_cast<double>(sysconf(_SC_CLK_TCK));
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_bytes() {
  return stat_field(24) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Not by std::filesystem: that of GCC 12 terminates when it finds no memory for an entry's name.
double open_files() {
  const std::unique_ptr<DIR, int (*)(DIR*)> files(opendir("/proc/self/fd"), closedir);
  if (!files) throw std::runtime_error("/proc/self/fd cannot be read");
  double count = 0;
  // readdir is safe on a stream that no other thread has (readdir(3)).
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  while (const dirent* entry = readdir(files.get())) count += entry->d_name[0] == '.' ? 0 : 1;
  // One of them is the one that this reading itself has open.
  return count - 1;
}

double max_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  throw std::runtime_error("/proc/stat has no btime");
}

double start_time_seconds() {
  return boot_time_seconds() + stat_field(22) / ticks_per_second();
}

}  // namespace

void add_process_metrics(Metrics& metrics, const std::string& program, const std::string& version) {
  metrics.gauge_from("process_resident_memory_bytes", "Resident memory size in bytes.", {},
                     resident_bytes);
  metrics.gauge_from("process_virtual_memory_bytes", "Virtual memory size in bytes.", {},
                     [] { return stat_field(23); });
  metrics.counter_from("process_cpu_seconds_total", "User and system CPU time spent in seconds.",
                       {}, cpu_seconds);
  metrics.gauge_from("process_open_fds", "Number of open file descriptors.", {}, open_files);
  metrics.gauge_from("process_max_fds", "Maximum number of open file descriptors.", {}, max_files);
  metrics.gauge_from("process_threads", "Number of threads.", {}, [] { return stat_field(20); });
  metrics.gauge_from("process_start_time_seconds",
                     "Start time of the process since the Unix epoch in seconds.", {},
                     start_time_seconds);
  metrics
      .gauge("invoicing_build_info", "Program and version, always 1.",
             {{"program", program}, {"version", version}})
      .set(1);
}

}  // namespace invoicing::ops
