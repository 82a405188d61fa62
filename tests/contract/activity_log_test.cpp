#include "ports/activity_log.hpp"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Activity created(std::uint64_t number, Instant when, const std::string& by) {
  return {{when, ActivityKind::invoice_created, id_of(number)}, {}, by};
}

Activity voided(std::uint64_t number, Instant when, const std::string& by) {
  return {{when, ActivityKind::invoice_voided, id_of(number)}, {}, by};
}

class ActivityLogContract : public ContractTest {
 protected:
  void insert(std::uint64_t number, Instant when, const std::string& by) {
    Invoice invoice = sample_invoice(number);
    invoice.recorded_at = when;
    invoice.created_by = by;
    ASSERT_TRUE(run(adapters->invoices().insert(invoice)));
  }
  void make_void(std::uint64_t number, Instant when, const std::string& by) {
    ASSERT_TRUE(run(adapters->invoices().mark_void(id_of(number), {when, "twice", by})));
  }
  void append(const Activity& entry) { ASSERT_TRUE(run(adapters->activity().append(entry))); }
  ActivityPage page(const ActivityQuery& query) { return *run(adapters->activity().list(query)); }
  std::vector<Activity> all() { return page({.before = {}, .limit = 1000}).entries; }
};

TEST_P(ActivityLogContract, nothing_was_done_at_first) {
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(ActivityLogContract, shows_who_did_what_newest_first) {
  insert(1, at(10), "key-1");
  insert(2, at(20), "");
  const Activity import{{at(30), ActivityKind::import_started, id_of(77)}, {}, "key-2"};
  const Activity resend{
      {at(40), ActivityKind::report_resend_requested, id_of(78)}, "2026-11-22", "jwt:ada"};
  append(resend);
  append(import);
  make_void(1, at(50), "key-3");
  adapters->restart();
  EXPECT_THAT(all(), ElementsAre(voided(1, at(50), "key-3"), resend, import, created(2, at(20), ""),
                                 created(1, at(10), "key-1")));
}

TEST_P(ActivityLogContract, an_entry_stays_whatever_happens_afterwards) {
  insert(1, at(10), "key-1");
  insert(1, at(11), "key-9");
  make_void(1, at(20), "key-2");
  make_void(1, at(30), "key-9");
  EXPECT_THAT(all(), ElementsAre(voided(1, at(20), "key-2"), created(1, at(10), "key-1")));
}

TEST_P(ActivityLogContract, pages_of_any_size_hold_each_entry_once) {
  // Everything in few instants, so that each page ends inside one.
  RandomInvoices random(test_seed());
  for (std::uint64_t number = 1; number <= 40; ++number) {
    insert(number, at(random.number(0, 4)), "key-" + std::to_string(number % 3));
    if (number % 3 == 0) make_void(number, at(random.number(3, 6)), "key-9");
    if (number % 4 == 0) {
      const auto kind =
          number % 8 == 0 ? ActivityKind::import_started : ActivityKind::report_resend_requested;
      append({{at(random.number(0, 6)), kind, id_of(1000 + number)}, {}, "key-5"});
    }
  }
  const auto whole = all();
  EXPECT_EQ(whole.size(), 40U + 13U + 10U);
  EXPECT_TRUE(std::ranges::is_sorted(whole, std::ranges::greater{}, &Activity::position));
  for (const std::size_t limit : {1U, 2U, 7U, 62U, 63U, 64U}) {
    std::vector<Activity> paged;
    ActivityQuery query{.before = {}, .limit = limit};
    for (;;) {
      const ActivityPage next = page(query);
      EXPECT_LE(next.entries.size(), limit);
      paged.insert(paged.end(), next.entries.begin(), next.entries.end());
      if (!next.next) break;
      ASSERT_EQ(next.entries.size(), limit);
      query.before = next.next;
    }
    EXPECT_EQ(paged, whole) << "limit " << limit;
  }
}

INVOICING_CONTRACT(ActivityLogContract);

}  // namespace
}  // namespace invoicing::testing
