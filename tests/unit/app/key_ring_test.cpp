#include "app/key_ring.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "app/manage_api_keys.hpp"
#include "tests/support/different_bytes.hpp"
#include "tests/support/memory/api_key_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing {
namespace {

using namespace std::chrono_literals;

/// Fails when told so.
class Fragile final : public ApiKeyStore {
 public:
  Task<Result<bool>> add(const ApiKey& key) override { return store_.add(key); }
  Task<Result<bool>> revoke(const std::string& id, Instant now) override {
    return store_.revoke(id, now);
  }
  Task<Result<std::vector<ApiKey>>> all() override {
    if (failing) co_return Error(ErrorCode::storage_unavailable, "away");
    auto keys = co_await store_.all();
    co_return keys;
  }
  bool failing = false;

 private:
  memory::MemoryApiKeyStore store_;
};

class KeyRingTest : public ::testing::Test {
 protected:
  MadeKey make(const std::string& name, std::optional<std::chrono::milliseconds> lifetime = {}) {
    return *testing::run(io, keys.create({name, Scopes::all(), lifetime}));
  }
  bool refresh() { return testing::run(io, ring.refresh(store)).has_value(); }

  boost::asio::io_context io{1};
  Fragile store;
  memory::ManualClock clock{Instant{500'000h}};
  std::uint8_t count = 0;
  ManageApiKeys keys{store, clock, testing::different_bytes<KeyBytes>(count)};
  KeyRing ring;
};

TEST_F(KeyRingTest, KnowsAKeyOnceItHasBeenRead) {
  const MadeKey made = make("till-7");
  EXPECT_EQ(ring.find(made.text, clock.now()), nullptr);
  ASSERT_TRUE(refresh());
  const auto found = ring.find(made.text, clock.now());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->id, made.key.id);
  EXPECT_EQ(found->owner, "till-7");
  EXPECT_EQ(found->scopes, Scopes::all());
}

TEST_F(KeyRingTest, KnowsNothingElse) {
  const MadeKey made = make("till-7");
  ASSERT_TRUE(refresh());
  std::string other = made.text;
  other.back() = other.back() == 'A' ? 'E' : 'A';
  for (const std::string& text :
       {std::string(), std::string("x"), other, made.text + "A", made.text.substr(1), made.key.id,
        std::string(made.text.size(), 'a'), made.text.substr(0, 11)}) {
    EXPECT_EQ(ring.find(text, clock.now()), nullptr) << text;
  }
}

TEST_F(KeyRingTest, AKeyEndsAtItsTimeWithoutBeingReadAgain) {
  const MadeKey made = make("till-7", 90s);
  ASSERT_TRUE(refresh());
  EXPECT_NE(ring.find(made.text, clock.now() + 89'999ms), nullptr);
  EXPECT_EQ(ring.find(made.text, clock.now() + 90s), nullptr);
}

TEST_F(KeyRingTest, ARevokedKeyIsGoneWithTheNextReading) {
  const MadeKey first = make("till-7");
  const MadeKey heir = make("till-7");
  EXPECT_NE(first.key.id, heir.key.id);
  ASSERT_TRUE(refresh());
  EXPECT_TRUE(*testing::run(io, keys.revoke(first.key.id)));
  EXPECT_NE(ring.find(first.text, clock.now()), nullptr);
  ASSERT_TRUE(refresh());
  EXPECT_EQ(ring.find(first.text, clock.now()), nullptr);
  EXPECT_EQ(ring.find(heir.text, clock.now())->owner, "till-7");
}

TEST_F(KeyRingTest, IsFreshForTenSecondsAfterAReadingThatWorked) {
  const MadeKey made = make("till-7");
  EXPECT_FALSE(ring.is_fresh());
  EXPECT_FALSE(ring.is_loaded());
  ASSERT_TRUE(refresh());
  const auto now = std::chrono::steady_clock::now();
  EXPECT_TRUE(ring.is_fresh(now));
  EXPECT_FALSE(ring.is_fresh(now + 10s));
  store.failing = true;
  EXPECT_FALSE(refresh());
  EXPECT_TRUE(ring.is_loaded());
  EXPECT_FALSE(ring.is_fresh(now + 10s)) << "a reading that failed makes nothing fresh";
  EXPECT_NE(ring.find(made.text, clock.now()), nullptr) << "what was read before stays";
}

TEST(ApiKeyText, HasAFormThatScannersAndPeopleKnow) {
  KeyBytes bytes{};
  const std::string id = make_key_id(std::span<const std::uint8_t, kKeyIdChars>(
      std::span<const std::uint8_t, sizeof(bytes)>(bytes).first<kKeyIdChars>()));
  EXPECT_EQ(id, "aaaaaaaa");
  const std::string text = make_key_text(id, std::string(43, 'A'));
  EXPECT_EQ(text, "ik_aaaaaaaa_" + std::string(43, 'A'));
  EXPECT_EQ(key_id_of(text), "aaaaaaaa");
  for (const std::string name : {"till-7", "a", "Back.office_2", "7"})
    EXPECT_TRUE(is_key_name(name));
  for (const std::string name : {"", "-till", "a b", "jwt:a", "ä", "a\n", "a/b"}) {
    EXPECT_FALSE(is_key_name(name)) << name;
  }
  EXPECT_TRUE(is_key_name(std::string(64, 'x')));
  EXPECT_FALSE(is_key_name(std::string(65, 'x')));
}

TEST(ScopesText, IsReadStrictly) {
  EXPECT_EQ(Scopes::parse("invoices:read,metrics:read")->to_text(), "invoices:read,metrics:read");
  EXPECT_EQ(Scopes::parse("metrics:read invoices:read", " ")->to_text(),
            "invoices:read,metrics:read");
  for (const auto* text : {"", ",", "invoices", "invoices:read,", "invoices:read,invoices:read",
                           "invoices:read, reports:read", "INVOICES:READ", "*"}) {
    EXPECT_FALSE(Scopes::parse(text)) << text;
  }
}

}  // namespace
}  // namespace invoicing
