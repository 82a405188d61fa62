#include "mongo/sums.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "domain/money.hpp"

namespace invoicing::mongo {
namespace {

/// Adds up whatever comes, 128 bits wide.
class Sum {
 public:
  void add_invoices(std::string_view currency, bool voided, std::int64_t invoices, Int128 minor) {
    CurrencyTotal& total = totals_[std::string(currency)];
    if (voided) {
      total.voids += invoices;
    } else {
      total.invoices += invoices;
      total.amount_minor += minor;
    }
  }

  void add_sku(std::string_view sku, Int128 milli) { skus_[std::string(sku)] += milli; }

  Result<Figures> figures() const {
    Figures figures;
    for (const auto& [code, total] : totals_) {
      const auto currency = Currency::from_code(code);
      if (!currency) {
        return Error(ErrorCode::stored_data_invalid,
                     "\"" + code + "\", the currency of a stored invoice, is none.");
      }
      figures.totals.push_back(total);
      figures.totals.back().currency = *currency;
    }
    for (const auto& [sku, milli] : skus_) figures.skus.push_back({sku, milli});
    return normalized(std::move(figures));
  }

 private:
  std::map<std::string, CurrencyTotal> totals_;
  std::map<std::string, Int128> skus_;
};

Document range_of(const Window& window) {
  Document range;
  range.instant("$gte", window.from).instant("$lt", window.to);
  return range;
}

/// Adopted invoices dated inside the window: those without recordedAt are not in the figures yet.
Document inside(const Window& window) {
  Document conditions;
  Document adopted;
  adopted.instant("$gte", kFirstDate);
  conditions.document("date", range_of(window)).document("recordedAt", adopted);
  return conditions;
}

Document stage(std::string_view name, const Document& content) {
  Document whole;
  whole.document(name, content);
  return whole;
}

/// What is added up: invoices by currency and status, or quantities by SKU.
struct Subject {
  const char* member;   ///< the Int64 that is added up
  std::int64_t common;  ///< nearly every value is at most this
  bool by_sku;
};

constexpr Subject kAmounts{"amountMinor", 1'000'000'000, false};
constexpr Subject kQuantities{"items.qtMilli", 1'000'000'000, true};

constexpr bool fits(std::int64_t values, std::int64_t largest) {
  return largest <= 0 || values <= std::numeric_limits<std::int64_t>::max() / largest;
}

/// The stages up to the values of this subject; `condition` on the value may be empty.
std::vector<Document> values_of(const Subject& subject, const Window& window,
                                const Document& condition) {
  Document matched = inside(window);
  std::vector<Document> stages;
  if (!subject.by_sku) {
    if (!condition.empty()) matched.document(subject.member, condition);
    stages.push_back(stage("$match", matched));
    return stages;
  }
  matched.document("status", Document().text("$ne", "void"));
  stages.push_back(stage("$match", matched));
  Document unwind;
  stages.push_back(std::move(unwind.text("$unwind", "$items")));
  if (!condition.empty()) {
    Document item;
    item.document(subject.member, condition);
    stages.push_back(stage("$match", item));
  }
  return stages;
}

Document group_of(const Subject& subject) {
  Document group;
  if (subject.by_sku) {
    group.text("_id", "$items.sku");
  } else {
    Document key;
    key.text("currency", "$currency").text("status", "$status");
    group.document("_id", key);
  }
  const std::string value = std::string("$") + subject.member;
  Document count;
  Document sum;
  Document largest;
  group.document("count", count.small("$sum", 1));
  group.document("sum", sum.text("$sum", value));
  group.document("largest", largest.text("$max", value));
  return group;
}

/// A row of the result, whatever it is by.
struct Group {
  std::string name;  ///< currency or SKU
  bool voided = false;
  std::int64_t count = 0;
  std::int64_t largest = 0;         ///< of the values
  std::optional<std::int64_t> sum;  ///< none where the server has left int64
};

Group read_group(const Subject& subject, const bson_t* row) {
  const Reader in(row);
  Group group;
  if (subject.by_sku) {
    group.name = in.text_or_empty("_id");
  } else {
    in.document("_id", [&](const bson_t* key) {
      group.name = Reader(key).text_or_empty("currency");
      group.voided = Reader(key).text("status") == "void";
    });
  }
  group.count = in.integer("count").value_or(0);
  group.largest = in.integer("largest").value_or(0);
  group.sum = in.integer("sum");
  return group;
}

void add(Sum& sum, const Subject& subject, const Group& group) {
  if (subject.by_sku) {
    sum.add_sku(group.name, group.sum.value_or(0));
  } else {
    sum.add_invoices(group.name, group.voided, group.count, group.sum.value_or(0));
  }
}

/// The groups of one pipeline; nothing when one of them has values so large, and so many of them,
/// that the sum is not proved to fit.
std::optional<std::vector<Group>> proved_groups(Session& session, const Subject& subject,
                                                const Window& window, const Document& condition) {
  auto pipeline = values_of(subject, window, condition);
  pipeline.push_back(stage("$group", group_of(subject)));
  std::vector<Group> groups;
  bool proved = true;
  session.aggregate(collections::kInvoices, pipeline, [&](const bson_t* row) {
    groups.push_back(read_group(subject, row));
    proved = fits(groups.back().count, groups.back().largest);
    return proved;
  });
  if (!proved) return std::nullopt;
  // Somebody else wrote a value that is no Int64, or one far beyond what an invoice may have.
  if (std::ranges::any_of(groups, [](const Group& group) { return !group.sum; })) {
    throw MongoError(Failure::refused, std::string("a sum over ") + subject.member +
                                           " is no Int64: a stored value is out of range");
  }
  return groups;
}

/// Every single value above the common ones, streamed.
void add_one_by_one(Session& session, Sum& sum, const Subject& subject, const Window& window,
                    const Document& condition) {
  auto pipeline = values_of(subject, window, condition);
  Document fields;
  if (subject.by_sku) {
    fields.text("name", "$items.sku");
  } else {
    fields.text("name", "$currency").text("status", "$status");
  }
  fields.text("value", std::string("$") + subject.member);
  pipeline.push_back(stage("$project", fields));
  session.aggregate(collections::kInvoices, pipeline, [&](const bson_t* row) {
    const Reader in(row);
    const Group one{.name = in.text_or_empty("name"),
                    .voided = in.text("status") == "void",
                    .count = 1,
                    .largest = 0,
                    .sum = in.integer("value")};
    add(sum, subject, one);
    return true;
  });
}

void add_all(Session& session, Sum& sum, const Subject& subject, const Window& window) {
  const auto everything = proved_groups(session, subject, window, {});
  if (everything) {
    for (const Group& group : *everything) add(sum, subject, group);
    return;
  }
  // Among many values a very large one: without such ones the others are proved, and they are few.
  Document common;
  common.integer("$lte", subject.common);
  Document large;
  large.integer("$gt", subject.common);
  const auto small_ones = proved_groups(session, subject, window, common);
  if (!small_ones) throw MongoError(Failure::refused, "more invoices than can be added up");
  for (const Group& group : *small_ones) add(sum, subject, group);
  const auto large_ones = proved_groups(session, subject, window, large);
  if (!large_ones) return add_one_by_one(session, sum, subject, window, large);
  for (const Group& group : *large_ones) add(sum, subject, group);
}

}  // namespace

Result<Figures> sum_window(Session& session, const Window& window) {
  Sum sum;
  if (window.empty()) return sum.figures();
  add_all(session, sum, kAmounts, window);
  add_all(session, sum, kQuantities, window);
  return sum.figures();
}

Result<std::vector<CurrencyTotal>> sum_totals(Session& session, const Window& window) {
  Sum sum;
  if (!window.empty()) add_all(session, sum, kAmounts, window);
  auto figures = sum.figures();
  if (!figures) return figures.error();
  return std::move(figures->totals);
}

Result<Figures> sum_invoices(Session& session, const Window& window) {
  Sum sum;
  if (window.empty()) return sum.figures();
  Document fields;
  fields.small("_id", 0).small("amountMinor", 1).small("currency", 1).small("status", 1);
  fields.small("items.sku", 1).small("items.qtMilli", 1);
  Document options;
  options.document("projection", fields);
  session.find(collections::kInvoices, Concern::majority, inside(window), options,
               [&](const bson_t* row) {
                 const Reader in(row);
                 const bool voided = in.text("status") == "void";
                 sum.add_invoices(in.text_or_empty("currency"), voided, 1,
                                  in.integer("amountMinor").value_or(0));
                 if (voided) return true;
                 in.each("items", [&](const Value& entry) {
                   with_document(entry, [&](const bson_t* item) {
                     sum.add_sku(Reader(item).text_or_empty("sku"),
                                 Reader(item).integer("qtMilli").value_or(0));
                   });
                 });
                 return true;
               });
  return sum.figures();
}

}  // namespace invoicing::mongo
