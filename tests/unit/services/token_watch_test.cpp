// The issuer's keys: read again in time, kept while the source is away.

#include "services/common/token_watch.hpp"

#include <fstream>
#include <functional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/signing_key.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::services {
namespace {

using namespace std::chrono_literals;
using testing::set_of;
using testing::SigningKey;

constexpr Instant kNow{std::chrono::seconds{1'800'000'000}};
const std::string kClaims =
    R"({"iss":"https://id.example","aud":"invoicing","sub":"ada","exp":1800000300})";

class TokenWatchTest : public ::testing::Test {
 protected:
  static TokenWatchTimes often() {
    return {.url = 20ms, .file = 20ms, .failed = {10ms, 20ms}, .unknown_key = 0ms};
  }
  TokenOptions options() const {
    return {
        .rules = {.issuer = "https://id.example", .audience = "invoicing", .algorithms = {"ES256"}},
        .keys = {file_.string(), {}}};
  }
  void publish(const std::string& text) {
    // As a whole: half a file would be a faulty one.
    const auto next = folder_.path() / "next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, file_);
  }
  void publish(const SigningKey& key, const std::string& kid) {
    publish(set_of({key.jwk(kid) + "}"}));
  }
  void run(TokenWatch& watch) { boost::asio::co_spawn(io_, watch.run(), boost::asio::detached); }
  /// Whether `condition` comes true in time.
  bool soon(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end) io_.run_one_for(20ms);
    return condition();
  }
  void end(TokenWatch& watch) {
    watch.stop();
    io_.run();
  }
  static bool takes(TokenWatch& watch, const SigningKey& key, const std::string& kid) {
    return watch.verifier().verify(key.sign("ES256", kid, kClaims), kNow) != nullptr;
  }

  testing::TempFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "keys.json";
  boost::asio::io_context io_{1};
  const SigningKey old_ = SigningKey::ec();
  const SigningKey heir_ = SigningKey::ec();
};

TEST_F(TokenWatchTest, IsNotReadyBeforeAFirstKeySet) {
  TokenWatch watch(io_.get_executor(), options(), 1, often());
  run(watch);
  io_.run_for(100ms);
  ASSERT_TRUE(watch.missing());
  EXPECT_EQ(watch.missing()->name, "tokens");
  publish(old_, "old");
  EXPECT_TRUE(soon([&] { return !watch.missing(); }));
  EXPECT_TRUE(takes(watch, old_, "old"));
  end(watch);
}

TEST_F(TokenWatchTest, AKeyThatWasReplacedCountsNoLonger) {
  publish(old_, "old");
  TokenWatch watch(io_.get_executor(), options(), 1, often());
  run(watch);
  ASSERT_TRUE(soon([&] { return takes(watch, old_, "old"); }));
  publish(heir_, "heir");
  EXPECT_TRUE(soon([&] { return takes(watch, heir_, "heir"); }));
  EXPECT_FALSE(takes(watch, old_, "old"));
  end(watch);
}

TEST_F(TokenWatchTest, KeepsTheLastGoodKeySetWhileTheSourceIsFaultyOrAway) {
  publish(old_, "old");
  TokenWatch watch(io_.get_executor(), options(), 1, often());
  run(watch);
  ASSERT_TRUE(soon([&] { return takes(watch, old_, "old"); }));
  publish("nonsense");
  io_.run_for(200ms);
  EXPECT_TRUE(takes(watch, old_, "old"));
  std::filesystem::remove(file_);
  io_.run_for(200ms);
  EXPECT_TRUE(takes(watch, old_, "old"));
  EXPECT_FALSE(watch.missing());
  publish(heir_, "heir");
  EXPECT_TRUE(soon([&] { return takes(watch, heir_, "heir"); }));
  end(watch);
}

TEST_F(TokenWatchTest, ATokenWithAnUnknownKeyHasTheKeysReadEarly) {
  publish(old_, "old");
  TokenWatchTimes times = often();
  times.file = 1h;
  TokenWatch watch(io_.get_executor(), options(), 1, times);
  run(watch);
  ASSERT_TRUE(soon([&] { return takes(watch, old_, "old"); }));
  publish(heir_, "heir");
  EXPECT_TRUE(soon([&] { return takes(watch, heir_, "heir"); }));
  end(watch);
}

TEST_F(TokenWatchTest, HoweverManyNameOneTheSourceIsNotAskedMoreOften) {
  publish(old_, "old");
  TokenWatchTimes times = often();
  times.file = 1h;
  times.unknown_key = 1h;
  TokenWatch watch(io_.get_executor(), options(), 1, times);
  run(watch);
  ASSERT_TRUE(soon([&] { return takes(watch, old_, "old"); }));
  publish(heir_, "heir");
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(takes(watch, heir_, "heir"));
    io_.run_for(50ms);
  }
  end(watch);
}

TEST_F(TokenWatchTest, AFileThatCannotBeUsedEndsTheStartAndAnIssuerThatIsAwayDoesNot) {
  EXPECT_FALSE(check_key_source(options()));
  publish("{}");
  EXPECT_FALSE(check_key_source(options()));
  publish(old_, "old");
  EXPECT_TRUE(check_key_source(options()));
  TokenOptions away = options();
  away.keys.location = "https://127.0.0.1:1/keys";
  EXPECT_TRUE(check_key_source(away));
}

}  // namespace
}  // namespace invoicing::services
