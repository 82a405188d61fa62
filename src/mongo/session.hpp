#pragma once
// What one call does with one connection. Every write waits for majority and journal, every failure
// is a MongoError.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <mongoc/mongoc.h>

#include "mongo/bson_document.hpp"
#include "mongo/mongo_error.hpp"

namespace invoicing::mongo {

namespace collections {
inline constexpr const char* kActivity = "activity";
inline constexpr const char* kApiKeys = "apiKeys";
inline constexpr const char* kInvoices = "invoices";
inline constexpr const char* kReports = "reports";
inline constexpr const char* kBooks = "books";
inline constexpr const char* kMarks = "marks";
inline constexpr const char* kSessions = "sessions";
inline constexpr const char* kDeliveries = "deliveries";
}  // namespace collections

/// What a read may see.
enum class Concern {
  local,     ///< what the primary has, also what a fail-over may still take back
  majority,  ///< what no fail-over takes back
};

struct SessionOptions {
  std::string database;
  std::chrono::milliseconds write_timeout{0};
  std::chrono::milliseconds read_timeout{0};  ///< maxTimeMS of reads; 0 for none
};

/// Takes a row; false ends the read.
using RowVisitor = std::function<bool(const bson_t*)>;

/// Used by one thread at a time. Everything throws MongoError.
class Session {
 public:
  /// `client` and `options` outlive it.
  Session(mongoc_client_t* client, const SessionOptions& options)
      : client_(client), options_(options) {}

  /// `options`: projection, sort, limit as the driver has them. Rows come by a cursor and live
  /// until the visitor returns.
  void find(const char* collection, Concern concern, const Document& filter,
            const Document& options, const RowVisitor& visit);
  std::optional<Document> find_one(const char* collection, Concern concern, const Document& filter,
                                   const Document& options = {});
  /// How many documents, read one by one: for collections that stay small.
  std::size_t count(const char* collection);
  void aggregate(const char* collection, const std::vector<Document>& pipeline,
                 const RowVisitor& visit);

  void insert(const char* collection, const Document& document);
  /// All of them, unordered. The failure of each, nothing for those that are stored.
  std::vector<std::optional<MongoError>> insert_all(const char* collection,
                                                    std::span<const Document> documents);
  /// How many documents (0 or 1) the filter has matched.
  std::int64_t update_one(const char* collection, const Document& filter, const Document& update);
  void update_many(const char* collection, const Document& filter, const Document& update);
  void remove_many(const char* collection, const Document& filter);
  struct UpdateOptions {
    bool upsert = false;                ///< store a new document when the filter matches none
    const Document* members = nullptr;  ///< a projection of the answer
  };
  /// The document after the update; nothing when the filter matches none.
  std::optional<Document> find_and_update(const char* collection, const Document& filter,
                                          const Document& update, const UpdateOptions& how);

  struct Update {
    Document filter;
    Document update;
  };
  /// Each for one document, unordered; how many filters have matched.
  std::int64_t update_each(const char* collection, std::span<const Update> updates);

  /// A command of the database `admin`, or with a write concern in ours.
  Document ask_admin(const Document& command);
  Document write_command(const Document& command);

 private:
  class Collection;
  Document write_options() const;

  mongoc_client_t* client_;
  const SessionOptions& options_;
};

}  // namespace invoicing::mongo
