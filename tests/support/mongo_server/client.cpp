#include "tests/support/mongo_server/client.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include <mongoc/mongoc.h>

#include "tests/support/contexts.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::testing {
namespace {

/// A driver's client outside our adapter, for what the adapter does not do.
class Connection {
 public:
  explicit Connection(const std::string& uri) {
    mongoc_init();
    client_ = mongoc_client_new(uri.c_str());
    if (client_ == nullptr) throw std::runtime_error("no client for the test's URI");
    mongoc_client_set_error_api(client_, MONGOC_ERROR_API_VERSION_2);
  }
  ~Connection() { mongoc_client_destroy(client_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  mongoc_client_t* get() const { return client_; }

 private:
  mongoc_client_t* client_ = nullptr;
};

struct Bson {
  explicit Bson(const std::string& json) {
    bson_error_t error{};
    value = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                               static_cast<ssize_t>(json.size()), &error);
    if (value == nullptr) throw std::runtime_error(json + ": " + error.message);
  }
  ~Bson() { bson_destroy(value); }
  Bson(const Bson&) = delete;
  Bson& operator=(const Bson&) = delete;
  bson_t* value = nullptr;
};

std::string to_json(const bson_t* document) {
  char* const text = bson_as_relaxed_extended_json(document, nullptr);
  std::string copy = text == nullptr ? "" : text;
  bson_free(text);
  return copy;
}

}  // namespace

MongoDatabase::MongoDatabase() = default;

MongoDatabase::~MongoDatabase() {
  try {
    command(R"({"dropDatabase": 1})");
  } catch (const std::exception&) {
    // The server is gone, and its databases with it.
  }
}

void MongoDatabase::insert(const std::string& collection, const std::string& json) const {
  command(R"({"insert": ")" + collection + R"(", "documents": )" + json + "}");
}

std::vector<std::string> MongoDatabase::documents(const std::string& collection) const {
  const Connection connection(uri_);
  mongoc_collection_t* const handle =
      mongoc_client_get_collection(connection.get(), name_.c_str(), collection.c_str());
  const Bson filter("{}");
  const Bson options(R"({"sort": {"_id": 1}})");
  mongoc_cursor_t* const cursor =
      mongoc_collection_find_with_opts(handle, filter.value, options.value, nullptr);
  std::vector<std::string> found;
  const bson_t* row = nullptr;
  while (mongoc_cursor_next(cursor, &row)) found.push_back(to_json(row));
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(handle);
  return found;
}

std::string MongoDatabase::command(const std::string& json, bool on_admin) const {
  const Connection connection(uri_);
  const Bson document(json);
  bson_t reply;
  bson_error_t error{};
  const bool worked =
      mongoc_client_command_simple(connection.get(), on_admin ? "admin" : name_.c_str(),
                                   document.value, nullptr, &reply, &error);
  std::string answer = to_json(&reply);
  bson_destroy(&reply);
  if (!worked) throw std::runtime_error(json + ": " + error.message);
  return answer;
}

std::unique_ptr<mongo::Client> open_test_client(const std::string& uri,
                                                mongo::ClientOptions options) {
  options.uri = uri;
  options.connections = 4;
  auto client = mongo::Client::open(std::move(options));
  if (!client) throw std::runtime_error(client.error().detail());
  // Outlives the client's threads, as it must.
  static Contexts contexts;
  const auto prepared = run(contexts.fresh(), (*client)->prepare());
  if (!prepared) throw std::runtime_error(prepared.error().detail());
  return *std::move(client);
}

}  // namespace invoicing::testing
