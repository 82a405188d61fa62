// bench-bare-sync --file F --rate R --seconds S [--bytes N] [--warmup S]: the bound of every
// durable answer. Records arrive by chance at a mean rate; one thread takes all that wait, appends
// them with one pwrite, makes them durable with one fdatasync, and goes on. Prints one line of
// JSON: how long each record took from its arrival. The file is written before, and its space used
// again, as SQLite's log is.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "load/arguments.hpp"
#include "load/samples.hpp"

namespace {

using namespace invoicing::bench;
using Time = SteadyClock::time_point;

constexpr off_t kFileBytes = 64 << 20;
constexpr std::size_t kGroupMax = 256;

SteadyClock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
}

std::vector<Time> arrivals(double rate, double seconds, Time begin) {
  std::mt19937_64 random(42);
  std::vector<Time> times;
  for (double at = 0; at < seconds;) {
    at += -std::log(1 - std::generate_canonical<double, 53>(random)) / rate;
    times.push_back(begin + to_duration(at));
  }
  return times;
}

int prepare(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string block(1 << 20, 'x');
  for (off_t at = 0; at < kFileBytes; at += static_cast<off_t>(block.size())) {
    if (::pwrite(file, block.data(), block.size(), at) < 0) return -1;
  }
  return ::fsync(file) == 0 ? file : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const int file = prepare(arguments.text("--file"));
  if (file < 0) {
    std::perror("bench-bare-sync");
    return 1;
  }
  const auto bytes = static_cast<std::size_t>(arguments.number("--bytes", 512));
  const double warmup = arguments.number("--warmup", 0);
  const double seconds = warmup + arguments.number("--seconds", 5);
  const Time begin = SteadyClock::now();
  const auto times = arrivals(arguments.number("--rate", 1000), seconds, begin);
  const Time measured_from = begin + to_duration(warmup);
  const std::string group(bytes * kGroupMax, 'y');
  Samples samples;
  std::size_t commits = 0;
  off_t at = 0;
  for (std::size_t next = 0; next < times.size();) {
    std::this_thread::sleep_until(times[next]);
    const Time now = SteadyClock::now();
    std::size_t last = next;
    while (last < times.size() && last - next < kGroupMax && times[last] <= now) ++last;
    const std::size_t size = (last - next) * bytes;
    if (at + static_cast<off_t>(size) > kFileBytes) at = 0;
    if (::pwrite(file, group.data(), size, at) < 0 || ::fdatasync(file) != 0) {
      std::perror("bench-bare-sync");
      return 1;
    }
    at += static_cast<off_t>(size);
    ++commits;
    const Time durable = SteadyClock::now();
    for (; next < last; ++next) {
      if (times[next] >= measured_from) samples.add(durable - times[next]);
    }
  }
  std::printf(R"({"commits":%zu,"posts":%s})"
              "\n",
              commits, samples.to_json().c_str());
  ::close(file);
  return 0;
}
