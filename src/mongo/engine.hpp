#pragma once
// What the adapters of this folder share: two lanes of connections with their threads, and the door
// at which a MongoError becomes an Error. Not for other folders (it knows libmongoc).

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/worker_pool.hpp"
#include "mongo/client.hpp"
#include "mongo/server_uri.hpp"
#include "mongo/session.hpp"

namespace invoicing::mongo {

/// A pool of connections, made when it is first used: making it may ask the name server.
/// Thread-safe.
class ConnectionPool {
 public:
  ConnectionPool(const ServerUri& uri, std::size_t connections, std::int32_t socket_timeout_ms)
      : uri_(uri), connections_(connections), socket_timeout_ms_(socket_timeout_ms) {}

  /// Calls `work(mongoc_client_t*)` with a connection of its own. Throws MongoError.
  template <typename Work>
  std::invoke_result_t<Work&, mongoc_client_t*> with(Work& work) {
    const Loan loan(handle());
    return work(loan.client());
  }

 private:
  struct Destroy {
    void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
  };
  class Loan {
   public:
    explicit Loan(mongoc_client_pool_t* pool);
    ~Loan() { mongoc_client_pool_push(pool_, client_); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    mongoc_client_t* client() const { return client_; }

   private:
    mongoc_client_pool_t* pool_;
    mongoc_client_t* client_;
  };

  mongoc_client_pool_t* handle();

  const ServerUri& uri_;
  const std::size_t connections_;
  const std::int32_t socket_timeout_ms_;
  std::mutex mutex_;
  std::unique_ptr<mongoc_client_pool_t, Destroy> pool_;
};

/// What a call is, which decides how long an answer may take.
enum class Lane {
  quick,  ///< point reads, lists, writes
  slow,   ///< sums, adoption, indexes
};

/// Whom the Error is for.
enum class Audience {
  caller,        ///< a use case, hence perhaps a client of the API
  administrator  ///< who runs the system: with the driver's words and the server's address
};

/// Thread-safe.
class Engine {
 public:
  Engine(ClientOptions options, ServerUri uri);

  /// Runs `work(Session&)`, which returns a Result<T> and may throw MongoError, on a thread of the
  /// lane. Errors: those of `work`, MongoError::to_error (for the operator: storage_unavailable, or
  /// stored_data_invalid for what the server refuses), overloaded, shutting_down.
  template <typename Work>
  Task<std::invoke_result_t<Work&, Session&>> run(Lane lane, Work work,
                                                  Audience audience = Audience::caller) {
    auto job = [this, lane, audience, &work] { return perform(lane, audience, work); };
    auto outcome = co_await threads(lane).run(std::move(job));
    co_return outcome;
  }

  /// Client::on_call.
  void on_call(std::function<void(std::chrono::nanoseconds)> took) { on_call_ = std::move(took); }

  void close();

  const ClientOptions& options() const { return options_; }
  const ServerUri& uri() const { return uri_; }
  ClientStats stats() const;

  void count_unreadable() { unreadable_.fetch_add(1, std::memory_order_relaxed); }
  void count_adopted(std::int64_t documents) {
    adopted_.fetch_add(static_cast<std::uint64_t>(documents), std::memory_order_relaxed);
  }

 private:
  /// One call under way.
  class Timed {
   public:
    explicit Timed(Engine& engine) : engine_(engine) { ++engine_.running_; }
    ~Timed() {
      --engine_.running_;
      if (engine_.on_call_) engine_.on_call_(std::chrono::steady_clock::now() - begin_);
    }
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;

   private:
    Engine& engine_;
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  };

  WorkerPool& threads(Lane lane) { return lane == Lane::quick ? quick_threads_ : slow_threads_; }

  template <typename Work>
  std::invoke_result_t<Work&, Session&> perform(Lane lane, Audience audience, Work& work) {
    auto call = [this, lane, &work](mongoc_client_t* client) {
      Session session(client, lane == Lane::quick ? quick_session_ : slow_session_);
      return work(session);
    };
    const Timed timed(*this);
    try {
      auto outcome = (lane == Lane::quick ? quick_ : slow_).with(call);
      note_success();
      return outcome;
    } catch (const MongoError& error) {
      note_failure(error);
      return audience == Audience::caller ? error.to_error() : operator_error(error);
    }
  }

  Error operator_error(const MongoError& error) const;

  void note_success();
  void note_failure(const MongoError& error);

  const ClientOptions options_;
  const ServerUri uri_;
  const SessionOptions quick_session_;
  const SessionOptions slow_session_;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failed_calls_{0};
  std::atomic<std::uint64_t> unreadable_{0};
  std::atomic<std::uint64_t> adopted_{0};
  std::atomic<bool> failing_{false};
  std::atomic<std::size_t> running_{0};
  std::function<void(std::chrono::nanoseconds)> on_call_;
  ConnectionPool quick_;
  ConnectionPool slow_;
  // Threads end before the connections that they use.
  WorkerPool quick_threads_;
  WorkerPool slow_threads_;
};

}  // namespace invoicing::mongo
