#include "domain/invoice_id.hpp"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace invoicing {
namespace {

const Instant kNow{std::chrono::milliseconds{1'795'345'200'412}};

std::string hex(const std::array<std::uint8_t, 32>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 0xF];
  }
  return text;
}

TEST(Sha256, GivesTheExamplesOfTheStandard) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(InvoiceId, IsReadInEitherCaseAndWrittenInLower) {
  const auto id = InvoiceId::from_hex("6921A0f0c0FFee0123456789");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_hex(), "6921a0f0c0ffee0123456789");
}

TEST(InvoiceId, RefusesEverythingButTwentyFourHexDigits) {
  for (const char* text :
       {"", "6921a0f0c0ffee012345678", "6921a0f0c0ffee01234567890", "6921a0f0c0ffee012345678g",
        "6921a0f0c0ffee01234567 9", "0x21a0f0c0ffee0123456789",
        "6921a0f0c0ffee012345678:", "6921a0f0c0ffee012345678`", "6921a0f0c0ffee012345678/"}) {
    EXPECT_FALSE(InvoiceId::from_hex(text)) << text;
  }
}

TEST(InvoiceId, OfAKeyIsTheStartOfTheHashOverOwnerNulKey) {
  const InvoiceId id = InvoiceId::from_idempotency_key("till", "key-1");
  EXPECT_EQ(id.to_hex(), hex(sha256(std::string_view("till\0key-1", 10))).substr(0, 24));
  EXPECT_EQ(id, InvoiceId::from_idempotency_key("till", "key-1"));
  EXPECT_NE(id, InvoiceId::from_idempotency_key("tillk", "ey-1"));
  EXPECT_NE(id, InvoiceId::from_idempotency_key("", "tillkey-1"));
}

TEST(InvoiceIdGenerator, PutsTheSecondsFirst) {
  InvoiceIdGenerator generator(1);
  EXPECT_EQ(generator.next(kNow).to_hex().substr(0, 8), "6b02cb30");
}

TEST(InvoiceIdGenerator, CountsWithinAProcess) {
  InvoiceIdGenerator generator(42);
  const InvoiceId first = generator.next(kNow);
  const InvoiceId second = generator.next(kNow);
  EXPECT_EQ(first.to_hex().substr(8, 10), second.to_hex().substr(8, 10));
  const auto count = [](const InvoiceId& id) {
    return std::stoul(id.to_hex().substr(18), nullptr, 16);
  };
  EXPECT_EQ((count(first) + 1) & 0xFFFFFF, count(second));
}

TEST(InvoiceIdGenerator, DiffersBySeedAndRepeatsWithIt) {
  InvoiceIdGenerator a(1);
  InvoiceIdGenerator b(2);
  InvoiceIdGenerator again(1);
  const InvoiceId first = a.next(kNow);
  EXPECT_NE(first.to_hex().substr(8, 10), b.next(kNow).to_hex().substr(8, 10));
  EXPECT_EQ(first, again.next(kNow));
}

TEST(InvoiceIdGenerator, NeverRepeatsAcrossThreads) {
  InvoiceIdGenerator generator(3);
  std::vector<std::vector<InvoiceId>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&generator, &ids] {
      for (int i = 0; i < 5'000; ++i) ids.push_back(generator.next(kNow));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<InvoiceId> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace invoicing
