#include "mongo/session.hpp"

#include <memory>

namespace invoicing::mongo {
namespace {

template <auto destroy>
struct Destroyer {
  template <typename T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};

using Cursor = std::unique_ptr<mongoc_cursor_t, Destroyer<mongoc_cursor_destroy>>;
using FindAndModify =
    std::unique_ptr<mongoc_find_and_modify_opts_t, Destroyer<mongoc_find_and_modify_opts_destroy>>;
using Bulk = std::unique_ptr<mongoc_bulk_operation_t, Destroyer<mongoc_bulk_operation_destroy>>;

/// Throws unless a write has happened and met its write concern. `reply` says so even where the
/// driver's bool does not.
void check_write(bool worked, const bson_error_t& error, const Document& reply) {
  if (worked && !has_write_concern_error(reply.get())) return;
  throw MongoError::of(Operation::write, error, reply.get());
}

void visit_rows(mongoc_cursor_t* cursor, const RowVisitor& visit) {
  const bson_t* row = nullptr;
  while (mongoc_cursor_next(cursor, &row)) {
    if (!visit(row)) return;
  }
  bson_error_t error{};
  const bson_t* reply = nullptr;
  if (mongoc_cursor_error_document(cursor, &error, &reply)) {
    throw MongoError::of(Operation::read, error, reply);
  }
}

}  // namespace

class Session::Collection {
 public:
  Collection(const Session& session, const char* name)
      : handle_(mongoc_client_get_collection(session.client_, session.options_.database.c_str(),
                                             name)) {}

  mongoc_collection_t* get() const { return handle_.get(); }

 private:
  std::unique_ptr<mongoc_collection_t, Destroyer<mongoc_collection_destroy>> handle_;
};

Document Session::write_options() const {
  Document concern;
  concern.text("w", "majority").boolean("j", true);
  concern.small("wtimeout", static_cast<std::int32_t>(options_.write_timeout.count()));
  return std::move(Document().document("writeConcern", concern));
}

void Session::find(const char* collection, Concern concern, const Document& filter,
                   const Document& options, const RowVisitor& visit) {
  const Collection handle(*this, collection);
  Document all = options;
  if (concern == Concern::majority) {
    all.document("readConcern", Document().text("level", "majority"));
  }
  if (options_.read_timeout.count() > 0) all.integer("maxTimeMS", options_.read_timeout.count());
  // No read preference: the primary.
  const Cursor cursor(
      mongoc_collection_find_with_opts(handle.get(), filter.get(), all.get(), nullptr));
  visit_rows(cursor.get(), visit);
}

std::optional<Document> Session::find_one(const char* collection, Concern concern,
                                          const Document& filter, const Document& options) {
  Document limited = options;
  limited.small("limit", 1);
  limited.boolean("singleBatch", true);
  std::optional<Document> found;
  find(collection, concern, filter, limited, [&](const bson_t* row) {
    found.emplace(row);
    return false;
  });
  return found;
}

std::size_t Session::count(const char* collection) {
  Document options;
  options.document("projection", Document().small("_id", 1));
  std::size_t count = 0;
  find(collection, Concern::majority, {}, options, [&count](const bson_t*) {
    ++count;
    return true;
  });
  return count;
}

void Session::aggregate(const char* collection, const std::vector<Document>& pipeline,
                        const RowVisitor& visit) {
  const Collection handle(*this, collection);
  Document stages;
  stages.array("pipeline", pipeline);
  Document options;
  options.boolean("allowDiskUse", true);
  options.document("readConcern", Document().text("level", "majority"));
  if (options_.read_timeout.count() > 0) {
    options.integer("maxTimeMS", options_.read_timeout.count());
  }
  const Cursor cursor(mongoc_collection_aggregate(handle.get(), MONGOC_QUERY_NONE, stages.get(),
                                                  options.get(), nullptr));
  visit_rows(cursor.get(), visit);
}

void Session::insert(const char* collection, const Document& document) {
  const Collection handle(*this, collection);
  const Document options = write_options();
  Document reply;
  bson_error_t error{};
  const bool worked = mongoc_collection_insert_one(handle.get(), document.get(), options.get(),
                                                   reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
}

std::vector<std::optional<MongoError>> Session::insert_all(const char* collection,
                                                           std::span<const Document> documents) {
  std::vector<std::optional<MongoError>> failures(documents.size());
  if (documents.empty()) return failures;
  const Collection handle(*this, collection);
  Document options = write_options();
  options.boolean("ordered", false);
  std::vector<const bson_t*> handles;
  handles.reserve(documents.size());
  for (const Document& document : documents) handles.push_back(document.get());
  Document reply;
  bson_error_t error{};
  const bool worked =
      mongoc_collection_insert_many(handle.get(), handles.data(), handles.size(), options.get(),
                                    reply.out_uninitialized(), &error);
  std::size_t refused = 0;
  Reader(reply.get()).each("writeErrors", [&](const Value& entry) {
    with_document(entry, [&](const bson_t* write_error) {
      const Reader in(write_error);
      const auto index = static_cast<std::size_t>(in.integer("index").value_or(-1));
      if (index >= failures.size() || failures[index]) return;
      bson_error_t each{};
      each.domain = MONGOC_ERROR_SERVER;
      each.code = static_cast<std::uint32_t>(in.integer("code").value_or(0));
      failures[index].emplace(classify(Operation::write, each), in.text_or_empty("errmsg"));
      ++refused;
    });
  });
  const bool in_doubt = has_write_concern_error(reply.get());
  // Beside what the server refused one by one, the batch as a whole may have failed: its
  // connection, or its write concern. The driver's error then is not that of a single document.
  const bool whole_failed = !worked && (refused == 0 || error.domain != MONGOC_ERROR_SERVER);
  if (!in_doubt && !whole_failed) return failures;
  const MongoError whole = in_doubt ? MongoError(Failure::unknown, "the write concern was not met")
                                    : MongoError::of(Operation::write, error, nullptr);
  for (auto& failure : failures) {
    if (!failure) failure = whole;
  }
  return failures;
}

std::int64_t Session::update_one(const char* collection, const Document& filter,
                                 const Document& update) {
  const Collection handle(*this, collection);
  const Document options = write_options();
  Document reply;
  bson_error_t error{};
  const bool worked = mongoc_collection_update_one(
      handle.get(), filter.get(), update.get(), options.get(), reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
  return Reader(reply.get()).integer("matchedCount").value_or(0);
}

void Session::update_many(const char* collection, const Document& filter, const Document& update) {
  const Collection handle(*this, collection);
  const Document options = write_options();
  Document reply;
  bson_error_t error{};
  const bool worked = mongoc_collection_update_many(
      handle.get(), filter.get(), update.get(), options.get(), reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
}

void Session::remove_many(const char* collection, const Document& filter) {
  const Collection handle(*this, collection);
  const Document options = write_options();
  Document reply;
  bson_error_t error{};
  const bool worked = mongoc_collection_delete_many(handle.get(), filter.get(), options.get(),
                                                    reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
}

std::optional<Document> Session::find_and_update(const char* collection, const Document& filter,
                                                 const Document& update, const UpdateOptions& how) {
  const Collection handle(*this, collection);
  const FindAndModify options(mongoc_find_and_modify_opts_new());
  mongoc_find_and_modify_opts_set_update(options.get(), update.get());
  mongoc_find_and_modify_opts_set_flags(
      options.get(),
      static_cast<mongoc_find_and_modify_flags_t>(
          MONGOC_FIND_AND_MODIFY_RETURN_NEW |
          (how.upsert ? MONGOC_FIND_AND_MODIFY_UPSERT : MONGOC_FIND_AND_MODIFY_NONE)));
  if (how.members != nullptr) {
    mongoc_find_and_modify_opts_set_fields(options.get(), how.members->get());
  }
  const Document extra = write_options();
  mongoc_find_and_modify_opts_append(options.get(), extra.get());
  Document reply;
  bson_error_t error{};
  const bool worked = mongoc_collection_find_and_modify_with_opts(
      handle.get(), filter.get(), options.get(), reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
  std::optional<Document> found;
  Reader(reply.get()).document("value", [&](const bson_t* value) { found.emplace(value); });
  return found;
}

std::int64_t Session::update_each(const char* collection, std::span<const Update> updates) {
  if (updates.empty()) return 0;
  const Collection handle(*this, collection);
  Document options = write_options();
  options.boolean("ordered", false);
  const Bulk bulk(mongoc_collection_create_bulk_operation_with_opts(handle.get(), options.get()));
  bson_error_t error{};
  for (const Update& each : updates) {
    if (!mongoc_bulk_operation_update_one_with_opts(bulk.get(), each.filter.get(),
                                                    each.update.get(), nullptr, &error)) {
      throw MongoError::of(Operation::write, error, nullptr);
    }
  }
  Document reply;
  const bool worked =
      mongoc_bulk_operation_execute(bulk.get(), reply.out_uninitialized(), &error) != 0;
  check_write(worked, error, reply);
  return Reader(reply.get()).integer("nMatched").value_or(0);
}

Document Session::ask_admin(const Document& command) {
  Document reply;
  bson_error_t error{};
  if (!mongoc_client_command_simple(client_, "admin", command.get(), nullptr,
                                    reply.out_uninitialized(), &error)) {
    throw MongoError::of(Operation::read, error, reply.get());
  }
  return reply;
}

Document Session::write_command(const Document& command) {
  const Document options = write_options();
  Document reply;
  bson_error_t error{};
  const bool worked =
      mongoc_client_write_command_with_opts(client_, options_.database.c_str(), command.get(),
                                            options.get(), reply.out_uninitialized(), &error);
  check_write(worked, error, reply);
  return reply;
}

}  // namespace invoicing::mongo
