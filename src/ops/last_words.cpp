#include "ops/last_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>

#include <unistd.h>

#include "ops/log.hpp"

namespace invoicing::ops {
namespace {

constexpr int kFailed = 1;

struct FatalSignal {
  int number;
  std::string_view name;
};
constexpr std::array kFatalSignals{
    FatalSignal{SIGSEGV, "SIGSEGV"}, FatalSignal{SIGBUS, "SIGBUS"},
    FatalSignal{SIGFPE, "SIGFPE"},   FatalSignal{SIGILL, "SIGILL"},
    FatalSignal{SIGTRAP, "SIGTRAP"}, FatalSignal{SIGABRT, "SIGABRT"}};

// A line in memory that is there already: there may be none left.
class Line {
 public:
  void add(std::string_view text) {
    const auto length = std::min(text.size(), bytes_.size() - used_);
    std::copy_n(text.begin(), length, bytes_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += length;
  }

  void add(long number, std::size_t digits) {
    std::array<char, 20> text{};
    const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
    const std::string_view shown(text.data(), static_cast<std::size_t>(end - text.data()));
    for (auto missing = digits; missing > shown.size(); --missing) add("0");
    add(shown);
  }

  void add_harmless(std::string_view text) {
    constexpr std::size_t kMost = 200;
    for (const char c : text.substr(0, kMost)) {
      const bool harmless = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      add(std::string_view(harmless ? &c : "?", 1));
    }
  }

  void add_time() {
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss time(now - day);
    add(int{date.year()}, 4);
    add("-");
    add(static_cast<long>(unsigned{date.month()}), 2);
    add("-");
    add(static_cast<long>(unsigned{date.day()}), 2);
    add("T");
    add(time.hours().count(), 2);
    add(":");
    add(time.minutes().count(), 2);
    add(":");
    add(time.seconds().count(), 2);
    add(".");
    add(time.subseconds().count(), 3);
    add("Z");
  }

  void write() const {
    // Nobody is left who could do anything about a failure.
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, bytes_.data(), used_);
  }

 private:
  std::array<char, 512> bytes_{};
  std::size_t used_ = 0;
};

// An exception out of a function that may not throw is gone when somebody asks for it.
thread_local bool memory_ran_out = false;

[[noreturn]] void lack_memory() {
  memory_ran_out = true;
  throw std::bad_alloc();
}

[[noreturn]] void end_for_lack_of_memory() {
  log::write_last("out of memory");
  ::_exit(kFailed);
}

[[noreturn]] void end_by_exception() {
  std::signal(SIGABRT, SIG_DFL);
  const auto failure = std::current_exception();
  try {
    if (failure) std::rethrow_exception(failure);
    if (memory_ran_out) end_for_lack_of_memory();
    log::write_last("terminate was called");
  } catch (const std::bad_alloc&) {
    end_for_lack_of_memory();
  } catch (const std::exception& error) {
    log::write_last(error.what());
  } catch (...) {
    log::write_last("an exception that is no std::exception");
  }
  std::abort();
}

void end_by_signal(int number) {
  const auto* const known = std::ranges::find(kFatalSignals, number, &FatalSignal::number);
  log::write_last(known == kFatalSignals.end() ? "a signal" : known->name);
  // SA_RESETHAND has taken this handler away.
  std::raise(number);
}

}  // namespace

void install_last_words() {
  std::set_terminate(end_by_exception);
  std::set_new_handler(lack_memory);
  struct sigaction action{};
  action.sa_handler = end_by_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const FatalSignal& fatal : kFatalSignals) ::sigaction(fatal.number, &action, nullptr);
}

namespace log {

void write_last(std::string_view reason) noexcept {
  Line line;
  if (writes_json()) {
    line.add(R"({"time":")");
    line.add_time();
    line.add(R"(","level":"error","message":"ended by a fault","reason":")");
    line.add_harmless(reason);
    line.add("\"}\n");
  } else {
    line.add_time();
    line.add(" ERROR   ended by a fault reason=\"");
    line.add_harmless(reason);
    line.add("\"\n");
  }
  line.write();
}

}  // namespace log
}  // namespace invoicing::ops
