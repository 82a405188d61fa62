// docs/reference/documents.md is held against the documents and the indexes that the code makes.
#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>

#include "mongo/delivery_documents.hpp"
#include "mongo/invoice_documents.hpp"
#include "mongo/report_documents.hpp"
#include "tests/mongo/mongo_fixture.hpp"

namespace invoicing::testing {
namespace {

using mongo::Document;
using mongo::Reader;
using mongo::Value;

/// A row of a table: its cells, without blanks around them.
using Row = std::vector<std::string>;

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto end = text.find(separator); end != std::string::npos;
       end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string bare(std::string text) {
  std::erase(text, '`');
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// The rows of the table under the headline `section` whose first column is called `column`.
std::vector<Row> table(const std::string& section, const std::string& column) {
  std::ifstream page(DOCUMENTS_PAGE);
  std::vector<Row> rows;
  std::string at;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) at = bare(line.substr(line.find_first_not_of('#')));
    if (!line.starts_with("|")) inside = false;
    if (!line.starts_with("|") || at != section) continue;
    auto cells = split(line.substr(1, line.size() - 2), "|");
    std::ranges::transform(cells, cells.begin(), bare);
    if (inside && !cells[0].starts_with("---")) rows.push_back(cells);
    if (cells[0] == column) inside = true;
  }
  EXPECT_FALSE(rows.empty()) << section << ", " << column;
  return rows;
}

/// The types that each member may have, as the page says it.
std::map<std::string, std::set<std::string>> documented(const std::string& section) {
  std::map<std::string, std::set<std::string>> members;
  for (const Row& row : table(section, "member")) {
    const auto names = split(row[0], ", ");
    std::vector<std::string> types =
        split(std::regex_replace(row[1], std::regex("; "), ", "), ", ");
    const bool nullable = std::erase(types, "null") > 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto& allowed = members[names[i]];
      // "Array of Int64" is an Array.
      allowed.insert(split(types.size() == 1 ? types[0] : types.at(i), " ").front());
      if (nullable) allowed.insert("null");
    }
  }
  return members;
}

std::string type_of(const bson_iter_t& at) {
  switch (bson_iter_type(&at)) {
    case BSON_TYPE_OID:
      return "ObjectId";
    case BSON_TYPE_UTF8:
      return "String";
    case BSON_TYPE_DOUBLE:
      return "Double";
    case BSON_TYPE_INT32:
      return "Int32";
    case BSON_TYPE_INT64:
      return "Int64";
    case BSON_TYPE_DATE_TIME:
      return "Date";
    case BSON_TYPE_ARRAY:
      return "Array";
    case BSON_TYPE_DOCUMENT:
      return "Document";
    case BSON_TYPE_BINARY:
      return "Binary";
    case BSON_TYPE_NULL:
      return "null";
    default:
      return "a type that no document of ours has";
  }
}

std::map<std::string, std::string> types_in(const bson_t* document) {
  std::map<std::string, std::string> types;
  bson_iter_t at;
  EXPECT_TRUE(bson_iter_init(&at, document));
  while (bson_iter_next(&at)) types[bson_iter_key(&at)] = type_of(at);
  return types;
}

/// Each document has every member of the page and no other, each of a type that the page names.
void expect_documented(const std::string& section, const std::vector<const bson_t*>& documents) {
  const auto page = documented(section);
  std::map<std::string, std::set<std::string>> seen;
  for (const bson_t* document : documents) {
    const auto types = types_in(document);
    for (const auto& [name, type] : types) seen[name].insert(type);
    for (const auto& [name, allowed] : page) {
      EXPECT_TRUE(types.contains(name)) << section << " lacks " << name;
    }
  }
  EXPECT_EQ(seen, page) << section;
}

/// The `{name: Type, …}` in the row of `member`.
std::map<std::string, std::string> inner(const std::string& section, const std::string& member) {
  std::map<std::string, std::string> types;
  for (const Row& row : table(section, "member")) {
    if (row[0] != member) continue;
    std::smatch braces;
    if (!std::regex_search(row[2], braces, std::regex(R"(\{([^}]*)\})"))) continue;
    for (const auto& pair : split(braces[1], ", ")) {
      types[split(pair, ": ").at(0)] = split(pair, ": ").at(1);
    }
  }
  return types;
}

/// Of the first entry of an array, or of the document itself.
std::map<std::string, std::string> inner_types(const Document& document, const char* member) {
  std::map<std::string, std::string> types;
  const Reader in(document.get());
  in.document(member, [&](const bson_t* inside) { types = types_in(inside); });
  in.each(member, [&](const Value& entry) {
    mongo::with_document(entry, [&](const bson_t* inside) { types = types_in(inside); });
  });
  return types;
}

TEST(DocumentsPage, has_the_members_of_an_invoice) {
  Invoice invoice = sample_invoice(1);
  invoice.metadata = {{"till", "4"}};
  const auto issued = mongo::to_document(invoice, true);
  invoice.voiding = Voiding{at(5000), "wrong customer", "clerk"};
  invoice.created_by = "shop";
  const auto voided = mongo::to_document(invoice, true);
  expect_documented("invoices", {issued.get(), voided.get()});
  EXPECT_EQ(inner("invoices", "items"), inner_types(issued, "items"));
  EXPECT_EQ(inner("invoices", "metadata"), inner_types(issued, "metadata"));
  // The one member that only an option brings.
  EXPECT_FALSE(types_in(mongo::to_document(invoice, false).get()).contains("uniqueReference"));
}

TEST(DocumentsPage, has_the_members_of_a_report_and_its_outbox) {
  auto report = sample_report(1, {at(0), at(1000)});
  report.pending = {1};
  OutboxEntry fresh;
  fresh.sealed_at = at();
  OutboxEntry sent = fresh;
  sent.published_at = sent.done_at = sent.lease_until = at();
  const auto first = mongo::to_document(report, fresh);
  const auto second = mongo::to_document(report, sent);
  expect_documented("reports", {first.get(), second.get()});
  std::vector<Document> entries;
  for (const Document* each : {&first, &second}) {
    Reader(each->get()).document("outbox", [&](const bson_t* in) { entries.emplace_back(in); });
  }
  expect_documented("outbox", {entries.at(0).get(), entries.at(1).get()});
}

TEST(DocumentsPage, has_the_members_of_a_delivery_and_of_the_books) {
  Delivery waiting;
  waiting.claimed_until = at();
  Delivery sent = waiting;
  sent.claimed_until.reset();
  sent.settled_at = at();
  const auto first = mongo::to_document(waiting);
  const auto second = mongo::to_document(sent);
  expect_documented("deliveries", {first.get(), second.get()});
  EXPECT_EQ(inner("deliveries", "_id"), inner_types(first, "_id"));
  const Books books{BooksState::open, at(), Day{}};
  const auto plain = mongo::to_document(books);
  const auto moved = mongo::to_document(books, MoveNote{"id", "other"});
  expect_documented("books", {plain.get(), moved.get()});
  EXPECT_EQ(inner("books", "move"), inner_types(moved, "move"));
}

TEST(DocumentsPage, names_every_state) {
  const auto words = [](const std::string& section) {
    std::string all;
    for (const Row& row : table(section, "member")) {
      if (row[0] == "state") all = row[2];
    }
    return all;
  };
  for (const auto state : {OutboxState::sealed, OutboxState::published, OutboxState::done}) {
    EXPECT_THAT(words("outbox"), ::testing::HasSubstr(mongo::to_text(state)));
  }
  for (const auto state : {DeliveryState::waiting, DeliveryState::sent, DeliveryState::refused,
                           DeliveryState::dropped}) {
    EXPECT_THAT(words("deliveries"), ::testing::HasSubstr(mongo::to_text(state)));
  }
  for (const auto state : {BooksState::open, BooksState::importing, BooksState::moved}) {
    EXPECT_THAT(words("books"), ::testing::HasSubstr(mongo::to_text(state)));
  }
}

/// The keys of each index by its name, "unique" behind them where it is so.
using Indexes = std::map<std::string, std::string>;

Indexes documented_indexes(const std::string& section) {
  Indexes indexes;
  for (const Row& row : table(section, "name")) {
    indexes[row[0]] = std::regex_replace(row[1], std::regex(", (void ones only|sparse)"), "");
  }
  return indexes;
}

Indexes indexes_of(const bson_t* reply) {
  Indexes indexes;
  Reader(reply).document("cursor", [&](const bson_t* cursor) {
    Reader(cursor).each("firstBatch", [&](const Value& entry) {
      mongo::with_document(entry, [&](const bson_t* index) {
        std::string keys;
        Reader(index).document("key", [&](const bson_t* key) {
          bson_iter_t at;
          bson_iter_init(&at, key);
          while (bson_iter_next(&at))
            keys += (keys.empty() ? "" : ", ") + std::string(bson_iter_key(&at));
        });
        bson_iter_t unique;
        if (bson_iter_init_find(&unique, index, "unique") && bson_iter_as_bool(&unique)) {
          keys += ", unique";
        }
        indexes[Reader(index).text_or_empty("name")] = keys;
      });
    });
  });
  // The one that every collection has.
  indexes.erase("_id_");
  return indexes;
}

TEST_F(MongoTest, the_page_of_documents_has_every_index) {
  mongo::ClientOptions options;
  options.unique_reference = true;
  open(options);
  for (const auto& [collection, section] : std::map<std::string, std::string>{
           {"invoices", "Indexes"}, {"reports", "reports"}, {"deliveries", "deliveries"}}) {
    const std::string json = database.command(R"({"listIndexes": ")" + collection + R"("})");
    bson_t* const reply = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                             static_cast<ssize_t>(json.size()), nullptr);
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(documented_indexes(section), indexes_of(reply)) << collection;
    bson_destroy(reply);
  }
}

}  // namespace
}  // namespace invoicing::testing
