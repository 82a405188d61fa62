#include "mongo/engine.hpp"

namespace invoicing::mongo {
namespace {

constexpr std::size_t kSlowThreads = 2;
constexpr std::size_t kSlowQueueMax = 64;

SessionOptions session_options(const ClientOptions& options, const ServerUri& uri,
                               std::chrono::milliseconds read_timeout) {
  return {uri.database(), options.write_timeout, read_timeout};
}

// The driver's own timer must not cut an answer off that the server was allowed to take its time
// for.
std::int32_t slow_socket_timeout_ms(const ClientOptions& options) {
  return static_cast<std::int32_t>(options.slow_read_timeout.count() + 5000);
}

}  // namespace

ConnectionPool::Loan::Loan(mongoc_client_pool_t* pool)
    : pool_(pool), client_(mongoc_client_pool_pop(pool)) {
  if (client_ == nullptr) {
    throw MongoError(Failure::unavailable, "no connection of the pool became free in time");
  }
}

mongoc_client_pool_t* ConnectionPool::handle() {
  const std::lock_guard lock(mutex_);
  if (!pool_) {
    const auto uri = uri_.for_pool(connections_, socket_timeout_ms_);
    bson_error_t error{};
    pool_.reset(mongoc_client_pool_new_with_error(uri.get(), &error));
    if (!pool_) throw MongoError(Failure::unavailable, error.message);
    mongoc_client_pool_set_error_api(pool_.get(), MONGOC_ERROR_API_VERSION_2);
  }
  return pool_.get();
}

Engine::Engine(ClientOptions options, ServerUri uri)
    : options_(std::move(options)),
      uri_(std::move(uri)),
      quick_session_(session_options(options_, uri_, std::chrono::milliseconds{0})),
      slow_session_(session_options(options_, uri_, options_.slow_read_timeout)),
      quick_(uri_, uri_.connections(options_.connections), 0),
      slow_(uri_, kSlowThreads, slow_socket_timeout_ms(options_)),
      quick_threads_(uri_.connections(options_.connections), options_.queue_max),
      slow_threads_(kSlowThreads, kSlowQueueMax) {}

void Engine::close() {
  quick_threads_.stop();
  slow_threads_.stop();
}

ClientStats Engine::stats() const {
  return {.queued = quick_threads_.queued() + slow_threads_.queued(),
          .running = running_.load(),
          .threads = uri_.connections(options_.connections) + kSlowThreads,
          .calls = calls_.load(),
          .failed_calls = failed_calls_.load(),
          .failing = failing_.load(),
          .unreadable_documents = unreadable_.load(),
          .adopted_documents = adopted_.load()};
}

Error Engine::operator_error(const MongoError& error) const {
  const bool refused = error.failure() == Failure::refused;
  const std::string sentence =
      "MongoDB at " + uri_.address() +
      (refused ? " refuses what this program needs: " : " cannot be used: ") + error.what();
  return Error(refused ? ErrorCode::stored_data_invalid : ErrorCode::storage_unavailable,
               uri_.without_password(sentence));
}

void Engine::note_success() {
  calls_.fetch_add(1, std::memory_order_relaxed);
  if (failing_.exchange(false) && options_.log) options_.log("MongoDB works again");
}

void Engine::note_failure(const MongoError& error) {
  calls_.fetch_add(1, std::memory_order_relaxed);
  if (!error.is_environment()) {
    if (options_.log) {
      options_.log(uri_.without_password(std::string("MongoDB refused a call: ") + error.what()));
    }
    return;
  }
  failed_calls_.fetch_add(1, std::memory_order_relaxed);
  if (!failing_.exchange(true) && options_.log) {
    options_.log(
        uri_.without_password("calls to MongoDB at " + uri_.address() + " fail: " + error.what()));
  }
}

}  // namespace invoicing::mongo
