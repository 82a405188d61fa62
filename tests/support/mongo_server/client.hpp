#pragma once
// A database of a test's own on the shared MongoDB, and clients of it.

#include <memory>
#include <string>
#include <vector>

#include "mongo/client.hpp"
#include "tests/support/mongo_server/server.hpp"

namespace invoicing::testing {

/// A database with a fresh name, dropped at the end. Throws std::runtime_error: no server.
class MongoDatabase {
 public:
  MongoDatabase();
  ~MongoDatabase();
  MongoDatabase(const MongoDatabase&) = delete;
  MongoDatabase& operator=(const MongoDatabase&) = delete;

  const std::string& uri() const { return uri_; }

  /// Puts documents into a collection; `json` is an array of documents in MongoDB's extended JSON.
  void insert(const std::string& collection, const std::string& json) const;
  /// Every document of a collection by _id, each as relaxed extended JSON.
  std::vector<std::string> documents(const std::string& collection) const;
  /// Runs a command of this database (or of `admin`) and returns the answer as extended JSON.
  std::string command(const std::string& json, bool on_admin = false) const;

 private:
  std::string name_ = fresh_database_name();
  std::string uri_ = shared_mongo_uri(name_);
};

/// Opens with few connections and prepares. `options.uri` is `uri`. Throws std::runtime_error.
std::unique_ptr<mongo::Client> open_test_client(const std::string& uri,
                                                mongo::ClientOptions options = {});

}  // namespace invoicing::testing
