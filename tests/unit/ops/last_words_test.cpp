#include "ops/last_words.hpp"

#include <csignal>
#include <new>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ops/log.hpp"

namespace invoicing::ops {
namespace {

// The line goes to stdout, and a death test looks at stderr. What a sanitizer says of the signal
// comes behind it, hence no core either.
void prepare(LogFormat format = LogFormat::json) {
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  log::start(LogLevel::info, format);
  install_last_words();
}

[[noreturn]] void throw_in_a_thread(const std::exception& error, bool memory) {
  std::thread([&] {
    if (memory) throw std::bad_alloc();
    throw std::runtime_error(error.what());
  }).join();
  std::abort();
}

void end_by(const char* words) {
  prepare();
  throw_in_a_thread(std::runtime_error(words), false);
}

TEST(LastWordsDeathTest, AnEndForLackOfMemoryIsSaidAndHasCodeOne) {
  const auto end = [] {
    prepare();
    throw_in_a_thread(std::bad_alloc(), true);
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(1),
              R"(\{"time":"20..-..-..T..:..:..\....Z","level":"error",)"
              R"("message":"ended by a fault","reason":"out of memory"\})");
}

// The allocator of a sanitizer ends the program in its own way.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
void allocate_what_nobody_has() noexcept {
  // Through a volatile, so that no compiler sees it coming.
  volatile std::size_t bytes = std::size_t{1} << 62U;
  ::operator delete(::operator new(bytes));
}

TEST(LastWordsDeathTest, ALackWhereNothingMayBeThrownIsSaidToo) {
  const auto end = [] {
    prepare();
    allocate_what_nobody_has();
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(1), R"("reason":"out of memory"\})");
}

#endif

TEST(LastWordsDeathTest, AnotherExceptionNamesItselfAndAborts) {
  EXPECT_EXIT(end_by("the books are gone"), testing::KilledBySignal(SIGABRT),
              R"("reason":"the books are gone"\})");
}

TEST(LastWordsDeathTest, ASignalIsNamedAndStillKills) {
  const auto end = [] {
    prepare();
    std::raise(SIGTRAP);
  };
  EXPECT_EXIT(end(), testing::KilledBySignal(SIGTRAP), R"("reason":"SIGTRAP"\})");
}

TEST(LastWordsDeathTest, NoTextBreaksOutOfTheLine) {
  EXPECT_EXIT(end_by("a\"b\\c\nd\x01"), testing::KilledBySignal(SIGABRT),
              R"("reason":"a\?b\?c\?d\?"\})");
  const std::string long_text(5000, 'x');
  EXPECT_EXIT(end_by(long_text.c_str()), testing::KilledBySignal(SIGABRT), R"("x{200}"\})");
}

TEST(LastWordsDeathTest, SpeaksToPeopleWhereTheLogDoes) {
  const auto end = [] {
    prepare(LogFormat::text);
    throw_in_a_thread(std::bad_alloc(), true);
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(1),
              R"(ERROR   ended by a fault reason="out of memory")");
}

}  // namespace
}  // namespace invoicing::ops
