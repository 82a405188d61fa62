// Guesses about where an invoice stands: they save a search and must never show a wrong invoice.
#include "sqlite/position_cache.hpp"

#include <array>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "codec/invoice_json.hpp"
#include "sqlite/engine.hpp"
#include "tests/unit/sqlite/store_fixture.hpp"

namespace invoicing::testing {
namespace {

using sqlite::PositionCache;

std::vector<InvoiceId> ids_by_chance(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<InvoiceId> ids(count);
  for (auto& id : ids) {
    const std::array<std::uint64_t, 2> words{random(), random()};
    std::memcpy(id.bytes.data(), words.data(), id.bytes.size());
  }
  return ids;
}

std::vector<InvoiceId> ids_by_the_clock(std::size_t count) {
  InvoiceIdGenerator generator(7);
  std::vector<InvoiceId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(generator.next(at(static_cast<std::int64_t>(i))));
  }
  return ids;
}

/// How many of `ids`, remembered with their places from 1, are found there afterwards.
std::size_t found_of(const std::vector<InvoiceId>& ids) {
  PositionCache cache;
  std::int64_t seq = 0;
  for (const auto& id : ids) cache.remember(id, ++seq);
  std::size_t found = 0;
  seq = 0;
  for (const auto& id : ids) found += cache.find(id) == ++seq ? 1U : 0U;
  return found;
}

TEST(PositionCacheTest, what_nobody_told_it_is_unknown) {
  const PositionCache cache;
  for (const auto& id : ids_by_chance(1000, test_seed())) EXPECT_EQ(cache.find(id), std::nullopt);
}

TEST(PositionCacheTest, the_last_place_counts) {
  PositionCache cache;
  cache.remember(id_of(1), 3);
  EXPECT_EQ(cache.find(id_of(1)), 3);
  cache.remember(id_of(1), 4);
  EXPECT_EQ(cache.find(id_of(1)), 4);
}

TEST(PositionCacheTest, places_out_of_its_range_are_left_out) {
  PositionCache cache;
  cache.remember(id_of(1), PositionCache::kSeqMax + 1);
  cache.remember(id_of(2), 0);
  EXPECT_EQ(cache.find(id_of(1)), std::nullopt);
  EXPECT_EQ(cache.find(id_of(2)), std::nullopt);
  cache.remember(id_of(3), PositionCache::kSeqMax);
  EXPECT_EQ(cache.find(id_of(3)), PositionCache::kSeqMax);
}

TEST(PositionCacheTest, of_a_million_ids_nearly_all_stay_known) {
  constexpr std::size_t kMillion = 1'000'000;
  EXPECT_GE(found_of(ids_by_chance(kMillion, test_seed())), kMillion / 100 * 97);
}

TEST(PositionCacheTest, ids_made_one_after_the_other_do_not_crowd) {
  constexpr std::size_t kIds = 100'000;
  EXPECT_GE(found_of(ids_by_the_clock(kIds)), kIds / 1000 * 999);
}

TEST(PositionCacheTest, threads_share_it) {
  PositionCache cache;
  const auto ids = ids_by_chance(20'000, test_seed());
  const auto use = [&cache, &ids] {
    std::int64_t seq = 0;
    for (const auto& id : ids) {
      ++seq;
      if (const auto found = cache.find(id)) {
        ASSERT_GE(*found, 1);
        ASSERT_LE(*found, static_cast<std::int64_t>(ids.size()));
      }
      cache.remember(id, seq);
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(use);
}

class PointReadTest : public SqliteTest {
 protected:
  void store(std::uint64_t number) { ASSERT_TRUE(run(invoices.insert(sample_invoice(number)))); }

  /// The id in the document that is found; nothing when there is none.
  std::optional<InvoiceId> found(std::uint64_t number) {
    const auto document = run(invoices.find(id_of(number)));
    if (!document || !*document) return std::nullopt;
    const auto invoice = codec::read_invoice((*document)->json);
    return invoice ? std::optional(invoice->id) : std::nullopt;
  }

  PositionCache& positions() { return database->engine().positions(); }

  const std::unique_ptr<sqlite::Database> database = open(options());
  sqlite::SqliteInvoiceStore invoices{*database, {}};
};

TEST_F(PointReadTest, the_second_read_knows_the_place) {
  store(1);
  EXPECT_EQ(positions().find(id_of(1)), std::nullopt);
  EXPECT_EQ(found(1), id_of(1));
  EXPECT_EQ(positions().find(id_of(1)), 1);
  EXPECT_EQ(found(1), id_of(1));
}

TEST_F(PointReadTest, a_wrong_place_is_noticed_and_put_right) {
  store(1);
  store(2);
  positions().remember(id_of(1), 2);
  positions().remember(id_of(2), 77);
  EXPECT_EQ(found(1), id_of(1));
  EXPECT_EQ(found(2), id_of(2));
  EXPECT_EQ(positions().find(id_of(1)), 1);
  EXPECT_EQ(positions().find(id_of(2)), 2);
}

TEST_F(PointReadTest, a_place_of_another_makes_no_invoice_out_of_none) {
  store(1);
  positions().remember(id_of(9), 1);
  EXPECT_EQ(found(9), std::nullopt);
}

TEST_F(PointReadTest, a_void_is_seen_at_a_known_place) {
  store(1);
  EXPECT_EQ(found(1), id_of(1));
  const Voiding voiding{.at = at(5), .reason = "wrong", .by = ""};
  ASSERT_TRUE(run(invoices.mark_void(id_of(1), voiding)));
  const auto document = run(invoices.find(id_of(1)));
  ASSERT_TRUE(document && *document);
  EXPECT_EQ((*document)->status, InvoiceStatus::voided);
}

}  // namespace
}  // namespace invoicing::testing
