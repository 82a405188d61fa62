// Lists against a reference that looks at every invoice.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <gmock/gmock.h>

#include "codec/invoice_json.hpp"
#include "ports/invoice_store.hpp"
#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

/// A restriction, both as the port has it and as a condition.
struct Filter {
  std::string name;
  std::function<void(InvoiceQuery&)> apply;
  std::function<bool(const Invoice&)> holds;
};

std::vector<Filter> all_filters() {
  const Instant from = at(3'600'000);
  const Instant to = at(30 * 3'600'000 + 1);
  const Currency eur = *Currency::from_code("EUR");
  const auto has_sku = [](std::string sku) {
    return [sku](const Invoice& i) {
      return std::ranges::any_of(i.items, [&](const Item& item) { return item.sku == sku; });
    };
  };
  return {
      {"from", [=](auto& q) { q.from = from; }, [=](const auto& i) { return i.date >= from; }},
      {"to", [=](auto& q) { q.to = to; }, [=](const auto& i) { return i.date < to; }},
      {"customer", [](auto& q) { q.customer = "Ada"; },
       [](const auto& i) { return i.customer == "Ada"; }},
      {"empty customer", [](auto& q) { q.customer = ""; },
       [](const auto& i) { return i.customer.empty(); }},
      {"reference", [](auto& q) { q.reference = "R-7"; },
       [](const auto& i) { return i.reference == "R-7"; }},
      {"sku", [](auto& q) { q.sku = "A"; }, has_sku("A")},
      {"absent sku", [](auto& q) { q.sku = "none"; }, has_sku("none")},
      {"currency", [=](auto& q) { q.currency = eur; },
       [=](const auto& i) { return i.amount.currency == eur; }},
      {"issued", [](auto& q) { q.status = InvoiceStatus::issued; },
       [](const auto& i) { return !i.voiding; }},
      {"void", [](auto& q) { q.status = InvoiceStatus::voided; },
       [](const auto& i) { return i.voiding.has_value(); }},
      {"amounts",
       [=](auto& q) {
         q.currency = eur;
         q.min_minor = 500;
         q.max_minor = 1500;
       },
       [=](const auto& i) {
         return i.amount.currency == eur && i.amount.minor >= 500 && i.amount.minor <= 1500;
       }},
      {"recorded since", [](auto& q) { q.recorded_since = at(200); },
       [](const auto& i) { return i.recorded_at >= at(200); }},
  };
}

InvoicePosition position_of(const Invoice& invoice, InvoiceOrder order) {
  return {order == InvoiceOrder::by_recorded_at ? invoice.recorded_at : invoice.date, invoice.id};
}

bool comes_before(const Invoice& a, const Invoice& b, InvoiceOrder order) {
  const auto left = position_of(a, order);
  const auto right = position_of(b, order);
  if (order == InvoiceOrder::by_date_descending) {
    return std::tie(right.key, right.id) < std::tie(left.key, left.id);
  }
  return std::tie(left.key, left.id) < std::tie(right.key, right.id);
}

constexpr InvoiceOrder kOrders[] = {InvoiceOrder::by_date, InvoiceOrder::by_date_descending,
                                    InvoiceOrder::by_recorded_at};

class InvoiceListContract : public ContractTest {
 protected:
  void fill(int count) {
    std::vector<Invoice> batch;
    for (int i = 0; i < count; ++i) batch.push_back(random.next());
    for (const auto& outcome : run(adapters->invoices().insert_all(batch))) ASSERT_TRUE(outcome);
    for (auto& invoice : batch) {
      if (random.chance(15)) {
        invoice.voiding = random.voiding();
        ASSERT_TRUE(run(adapters->invoices().mark_void(invoice.id, *invoice.voiding)));
      }
      stored.push_back(invoice);
    }
  }

  std::vector<std::string> expected(const std::vector<const Filter*>& filters,
                                    InvoiceOrder order) const {
    std::vector<const Invoice*> found;
    for (const auto& invoice : stored) {
      if (std::ranges::all_of(filters, [&](const Filter* f) { return f->holds(invoice); })) {
        found.push_back(&invoice);
      }
    }
    std::ranges::sort(found,
                      [&](const auto* a, const auto* b) { return comes_before(*a, *b, order); });
    std::vector<std::string> texts;
    for (const auto* invoice : found) texts.push_back(codec::write_invoice(*invoice));
    return texts;
  }

  std::vector<std::string> listed(const std::vector<const Filter*>& filters, InvoiceOrder order,
                                  std::size_t limit) {
    InvoiceQuery query;
    query.order = order;
    query.limit = limit;
    for (const auto* filter : filters) filter->apply(query);
    std::vector<std::string> texts;
    for (std::size_t pages = 0; pages <= stored.size() / limit + 1; ++pages) {
      const auto page = run(adapters->invoices().list(query));
      if (!page) {
        ADD_FAILURE() << page.error().detail();
        return {};
      }
      for (const auto& document : page->documents) texts.push_back(document.json);
      if (!page->next) return texts;
      EXPECT_EQ(page->documents.size(), limit);
      query.after = page->next;
    }
    ADD_FAILURE() << "the pages do not end";
    return texts;
  }

  RandomInvoices random{test_seed()};
  std::vector<Invoice> stored;
};

TEST_P(InvoiceListContract, an_empty_store_lists_nothing) {
  for (const auto order : kOrders) EXPECT_TRUE(listed({}, order, 10).empty());
}

TEST_P(InvoiceListContract, every_order_pages_through_everything_once) {
  fill(300);
  for (const auto order : kOrders) {
    for (const std::size_t limit : {1u, 7u, 299u, 300u, 1000u}) {
      EXPECT_EQ(listed({}, order, limit), expected({}, order))
          << "order " << static_cast<int>(order) << " limit " << limit;
    }
  }
}

TEST_P(InvoiceListContract, every_filter_alone_and_with_every_other_finds_what_it_should) {
  fill(400);
  const auto filters = all_filters();
  int found_something = 0;
  for (std::size_t a = 0; a < filters.size(); ++a) {
    for (std::size_t b = a; b < filters.size(); ++b) {
      std::vector<const Filter*> both{&filters[a]};
      if (b != a) both.push_back(&filters[b]);
      // Two values for one filter: the later would replace the earlier.
      if (a != b && filters[a].name.ends_with("customer") && filters[b].name.ends_with("customer"))
        continue;
      if (filters[a].name.ends_with("sku") && filters[b].name == "absent sku" && a != b) continue;
      if (filters[a].name == "issued" && filters[b].name == "void") continue;
      for (const auto order : kOrders) {
        const auto right = expected(both, order);
        found_something += right.empty() ? 0 : 1;
        ASSERT_EQ(listed(both, order, 23), right)
            << filters[a].name << " + " << filters[b].name << ", order " << static_cast<int>(order);
      }
    }
  }
  EXPECT_GT(found_something, 100);
}

TEST_P(InvoiceListContract, all_filters_together_find_the_one_invoice_that_has_it_all) {
  fill(100);
  Invoice invoice = sample_invoice(424242);
  invoice.date = at(7'200'000);
  invoice.items = {{"A", {1}}, {"A", {2}}, {"B", {3}}};
  invoice.amount = {700, *Currency::from_code("EUR")};
  invoice.reference = "R-7";
  invoice.recorded_at = at(250);
  ASSERT_TRUE(run(adapters->invoices().insert(invoice)));
  stored.push_back(invoice);
  const auto filters = all_filters();
  std::vector<const Filter*> chosen;
  for (const auto& filter : filters) {
    if (filter.name != "empty customer" && filter.name != "absent sku" && filter.name != "void") {
      chosen.push_back(&filter);
    }
  }
  for (const auto order : kOrders) {
    const auto found = listed(chosen, order, 5);
    EXPECT_EQ(found, expected(chosen, order));
    EXPECT_THAT(found, ::testing::Contains(codec::write_invoice(invoice)));
  }
}

TEST_P(InvoiceListContract, pages_miss_and_repeat_nothing_while_invoices_arrive) {
  fill(150);
  for (const auto order : kOrders) {
    const auto before = expected({}, order);
    InvoiceQuery query;
    query.order = order;
    query.limit = 10;
    std::vector<std::string> seen;
    for (;;) {
      const auto page = run(adapters->invoices().list(query));
      ASSERT_TRUE(page);
      for (const auto& document : page->documents) seen.push_back(document.json);
      if (!page->next) break;
      query.after = page->next;
      if (stored.size() < 400) fill(3);
    }
    const std::set<std::string> distinct(seen.begin(), seen.end());
    EXPECT_EQ(distinct.size(), seen.size()) << "an invoice came twice";
    std::vector<std::string> old;
    const std::set<std::string> wanted(before.begin(), before.end());
    for (const auto& text : seen) {
      if (wanted.contains(text)) old.push_back(text);
    }
    EXPECT_EQ(old, before) << "order " << static_cast<int>(order);
  }
}

TEST_P(InvoiceListContract, a_void_invoice_stays_under_its_sku) {
  Invoice invoice = sample_invoice(1);
  ASSERT_TRUE(run(adapters->invoices().insert(invoice)));
  invoice.voiding = random.voiding();
  ASSERT_TRUE(run(adapters->invoices().mark_void(invoice.id, *invoice.voiding)));
  InvoiceQuery query;
  query.sku = "DG334";
  const auto page = run(adapters->invoices().list(query));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->documents.size(), 1u);
  EXPECT_EQ(page->documents[0].json, codec::write_invoice(invoice));
}

INVOICING_CONTRACT(InvoiceListContract);

}  // namespace
}  // namespace invoicing::testing
