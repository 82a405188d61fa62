#include "app/log_in.hpp"

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "app/manage_api_keys.hpp"
#include "tests/support/different_bytes.hpp"
#include "tests/support/memory/api_key_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/memory/session_store.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing {
namespace {

using namespace std::chrono_literals;

/// Counts how often it is asked, and fails when told so.
class Watched final : public SessionStore {
 public:
  Task<Result<void>> add(const LoginSession& session, Instant now) override {
    return store_.add(session, now);
  }
  Task<Result<std::optional<LoginSession>>> find(const KeyHash& hash) override {
    ++finds;
    if (failing) co_return Error(ErrorCode::storage_unavailable, "away");
    auto found = co_await store_.find(hash);
    co_return found;
  }
  Task<Result<void>> remove(const KeyHash& hash) override { return store_.remove(hash); }

  int finds = 0;
  bool failing = false;

 private:
  memory::MemorySessionStore store_;
};

class LogInTest : public ::testing::Test {
 protected:
  MadeKey make(std::optional<std::chrono::milliseconds> lifetime = {}) {
    auto made = *testing::run(io, keys.create({"manager", Scopes::all(), lifetime}));
    refresh();
    return made;
  }
  void refresh() { EXPECT_TRUE(testing::run(io, ring.refresh(key_store))); }
  Result<NewSession> begin(const std::string& key) { return testing::run(io, log_in.begin(key)); }
  Result<LoggedIn> find(const std::string& token, LogIn::Time now = {}) {
    return testing::run(io, log_in.find(token, now));
  }

  boost::asio::io_context io{1};
  memory::MemoryApiKeyStore key_store;
  Watched sessions;
  memory::ManualClock clock{Instant{500'000h}};
  std::uint8_t count = 0;
  ManageApiKeys keys{key_store, clock, testing::different_bytes<KeyBytes>(count)};
  KeyRing ring;
  std::function<TokenBytes()> random = testing::different_bytes<TokenBytes>(count);
  LogIn log_in{sessions, ring, clock, 12h, random};
  LogIn elsewhere{sessions, ring, clock, 12h, random};  // another copy of the service
};

TEST_F(LogInTest, the_token_stands_for_the_key) {
  const MadeKey key = make();
  const auto made = begin(key.text);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->token.size(), 43U) << "256 bits";
  EXPECT_EQ(made->token.find(key.text), std::string::npos);
  EXPECT_EQ(made->who.expires_at, clock.now() + 12h);
  for (LogIn* copy : {&log_in, &elsewhere}) {
    const auto found = testing::run(io, copy->find(made->token, {}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->caller->id, key.key.id);
    EXPECT_EQ(found->caller->owner, "manager");
    EXPECT_EQ(found->expires_at, clock.now() + 12h);
  }
  EXPECT_NE(begin(key.text)->token, made->token);
}

TEST_F(LogInTest, what_is_no_key_logs_nobody_in) {
  const MadeKey key = make();
  std::string other = key.text;
  other.back() = other.back() == 'A' ? 'E' : 'A';
  for (const std::string& text : {std::string(), other, key.key.id, key.text + " "}) {
    const auto made = begin(text);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code(), ErrorCode::unauthorized);
  }
  for (const std::string& token : {std::string(), std::string(43, 'A'), key.text}) {
    const auto found = find(token);
    ASSERT_FALSE(found) << token;
    EXPECT_EQ(found.error().code(), ErrorCode::unauthorized);
  }
}

TEST_F(LogInTest, it_ends_in_time_and_not_after_its_key) {
  const MadeKey key = make();
  const MadeKey brief = make(1h);
  const auto made = begin(key.text);
  const auto shorter = begin(brief.text);
  EXPECT_EQ(shorter->who.expires_at, clock.now() + 1h);
  clock.advance(1h - 1ms);
  EXPECT_TRUE(find(shorter->token));
  clock.advance(1ms);
  EXPECT_EQ(find(shorter->token).error().code(), ErrorCode::unauthorized);
  clock.advance(11h - 1ms);
  refresh();
  EXPECT_TRUE(find(made->token));
  clock.advance(1ms);
  EXPECT_EQ(find(made->token).error().code(), ErrorCode::unauthorized);
}

TEST_F(LogInTest, a_revoked_key_ends_its_sessions_at_once) {
  const MadeKey key = make();
  const auto made = begin(key.text);
  ASSERT_TRUE(find(made->token));
  ASSERT_TRUE(*testing::run(io, keys.revoke(key.key.id)));
  refresh();
  EXPECT_EQ(find(made->token).error().code(), ErrorCode::unauthorized);
}

TEST_F(LogInTest, a_log_out_counts_here_at_once_and_elsewhere_once_forgotten) {
  const MadeKey key = make();
  const auto made = begin(key.text);
  const LogIn::Time now{};
  ASSERT_TRUE(find(made->token, now));
  ASSERT_TRUE(testing::run(io, elsewhere.find(made->token, now)));
  ASSERT_TRUE(testing::run(io, log_in.end(made->token)));
  EXPECT_EQ(find(made->token, now).error().code(), ErrorCode::unauthorized);
  const auto later = now + LogIn::kRemembered;
  EXPECT_TRUE(testing::run(io, elsewhere.find(made->token, later - 1ms)));
  EXPECT_EQ(testing::run(io, elsewhere.find(made->token, later)).error().code(),
            ErrorCode::unauthorized);
  EXPECT_TRUE(testing::run(io, log_in.end(made->token))) << "a second one does no harm";
}

TEST_F(LogInTest, the_store_is_asked_once_in_a_while) {
  const auto made = begin(make().text);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(find(made->token));
  EXPECT_EQ(sessions.finds, 1);
  sessions.failing = true;
  EXPECT_TRUE(find(made->token));
  const auto lost = find(made->token, LogIn::Time{} + LogIn::kRemembered);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code(), ErrorCode::storage_unavailable);
}

TEST_F(LogInTest, nobody_enters_while_nobody_knows_what_was_revoked) {
  const KeyRing never_read;
  LogIn blind(sessions, never_read, clock, 12h, random);
  const auto made = begin(make().text);
  EXPECT_EQ(testing::run(io, blind.begin("ik_x")).error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(testing::run(io, blind.find(made->token)).error().code(),
            ErrorCode::storage_unavailable);
}

}  // namespace
}  // namespace invoicing
