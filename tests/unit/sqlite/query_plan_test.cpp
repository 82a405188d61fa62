// No documented filter reads a whole table or sorts what it could read in order.
#include <gmock/gmock.h>

#include "sqlite/connection.hpp"
#include "sqlite/list_query.hpp"
#include "tests/unit/sqlite/store_fixture.hpp"

namespace invoicing::testing {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Lead;
using ::testing::HasSubstr;
using ::testing::Not;

class QueryPlanTest : public SqliteTest {
 protected:
  QueryPlanTest() { open(options()); }

  std::string plan_of(const sqlite::SelectStatement& statement) {
    Connection reader(file(), Access::reader);
    sqlite::Statement explain(reader.handle(), "EXPLAIN QUERY PLAN " + statement.sql);
    auto rows = explain.query_values(statement.values);
    std::string plan;
    while (rows.next()) plan += std::string(rows.text(3)) + "\n";
    return plan;
  }

  /// Every combination of present and absent filters that a lead can meet, in all orders.
  static std::vector<InvoiceQuery> all_queries() {
    std::vector<InvoiceQuery> queries;
    for (int bits = 0; bits < 1 << 9; ++bits) {
      InvoiceQuery query;
      if (bits & 1) query.from = at();
      if (bits & 2) query.to = at(5);
      if (bits & 4) query.customer = "Ada";
      if (bits & 8) query.reference = "R";
      if (bits & 16) query.sku = "A";
      if (bits & 32) query.currency = Currency();
      if ((bits & 32) && (bits & 4)) query.min_minor = 5;
      if (bits & 64) query.status = InvoiceStatus::voided;
      if (bits & 128) query.recorded_since = at();
      if (bits & 256) query.after = InvoicePosition{at(), id_of(1)};
      for (const auto order : {InvoiceOrder::by_date, InvoiceOrder::by_date_descending,
                               InvoiceOrder::by_recorded_at}) {
        query.order = order;
        queries.push_back(query);
      }
    }
    return queries;
  }
};

TEST_F(QueryPlanTest, lists_in_their_own_order_sort_nothing) {
  for (const auto& query : all_queries()) {
    const Lead lead = query.order == InvoiceOrder::by_recorded_at ? Lead::recorded_at
                                                                  : sqlite::lead_by_date(query);
    const auto statement = sqlite::page_statement(query, lead);
    const auto plan = plan_of(statement);
    ASSERT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << statement.sql << "\n" << plan;
    // A scan of an index in order stops at the limit; a scan of the table would not be in order.
    ASSERT_THAT(plan, Not(HasSubstr("SCAN i\n"))) << statement.sql << "\n" << plan;
    ASSERT_THAT(plan, Not(HasSubstr("SCAN t"))) << statement.sql << "\n" << plan;
    ASSERT_THAT(plan, Not(HasSubstr("SCAN b"))) << statement.sql << "\n" << plan;
  }
}

TEST_F(QueryPlanTest, a_later_page_starts_at_its_key) {
  for (const auto& query : all_queries()) {
    if (!query.after) continue;
    const Lead lead = query.order == InvoiceOrder::by_recorded_at ? Lead::recorded_at
                                                                  : sqlite::lead_by_date(query);
    const auto statement = sqlite::page_statement(query, lead);
    const auto plan = plan_of(statement);
    ASSERT_THAT(plan, Not(HasSubstr("SCAN"))) << statement.sql << "\n" << plan;
    if (lead == Lead::sku) {
      ASSERT_THAT(plan, HasSubstr("(sku=? AND second")) << plan;
      ASSERT_THAT(plan, HasSubstr("(date>? AND date<?)")) << plan;
    } else if (lead == Lead::currency) {
      ASSERT_THAT(plan, HasSubstr("(currency=? AND quarter")) << plan;
      ASSERT_THAT(plan, HasSubstr("(date>? AND date<?)")) << plan;
    } else if (lead == Lead::recorded_at) {
      ASSERT_THAT(plan, HasSubstr("(recorded_at,id)>(?,?)")) << plan;
    } else {
      const bool descending = query.order == InvoiceOrder::by_date_descending;
      ASSERT_THAT(plan, HasSubstr(descending ? "(date,id)<(?,?)" : "(date,id)>(?,?)")) << plan;
    }
  }
}

TEST_F(QueryPlanTest, narrow_leads_search_their_index) {
  for (const auto& query : all_queries()) {
    for (const auto lead : sqlite::narrow_leads(query)) {
      for (const auto& statement :
           {sqlite::page_statement(query, lead), sqlite::count_statement(query, lead)}) {
        const auto plan = plan_of(statement);
        ASSERT_THAT(plan, Not(HasSubstr("SCAN t"))) << statement.sql << "\n" << plan;
        ASSERT_THAT(plan, Not(HasSubstr("SCAN b"))) << statement.sql << "\n" << plan;
        if (lead != Lead::voided) {
          ASSERT_THAT(plan, Not(HasSubstr("SCAN i"))) << statement.sql << "\n" << plan;
        }
      }
    }
  }
}

}  // namespace
}  // namespace invoicing::testing
