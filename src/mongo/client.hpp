#pragma once
// The connection to MongoDB that all adapters of this folder share: a pool of connections, and the
// threads on which their blocking calls run.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"

namespace invoicing::mongo {

struct ClientOptions {
  /// mongodb://… or mongodb+srv://…; may name the database, else `invoice`. What the URI says of
  /// socketTimeoutMS (default 6 s), serverSelectionTimeoutMS (3 s), connectTimeoutMS (2 s) and
  /// maxPoolSize is kept; its write concern is not: every write waits for majority and journal.
  /// The defaults together keep every answer within 10 s, whatever the server does.
  std::string uri;
  /// Shows up in the server's log.
  std::string application = "invoicing";
  /// Connections, and as many threads, for point reads, lists and writes. maxPoolSize of the URI
  /// goes before it. 1 to 500. Two more, for sums and adoption, are opened when first used.
  std::size_t connections = 16;
  /// Calls that may wait for a thread; more are answered with `overloaded`.
  std::size_t queue_max = 1024;
  /// How long a write may wait for a majority to have it in its journals before its outcome counts
  /// as unknown.
  std::chrono::milliseconds write_timeout{5000};
  /// How long one answer to a sum or to one step of adoption may take.
  std::chrono::milliseconds slow_read_timeout{600'000};
  /// UNIQUE_REFERENCE: prepare() makes the index that it rests on, MongoInvoiceStore uses it.
  bool unique_reference = false;
  /// What the amounts of documents are in that the NestJS original wrote: it knows no currency.
  Currency default_currency;
  /// One line for the log when calls begin to fail (with the driver's words, without the password),
  /// and when they work again. Called on any thread; may be empty.
  std::function<void(const std::string&)> log;
};

/// What ping() finds out.
struct ServerTime {
  Instant server{};                          ///< hello.localTime
  std::chrono::milliseconds ahead_of_us{0};  ///< server's clock less ours; negative: behind
  std::chrono::milliseconds uncertainty{0};  ///< half the time that the question took
};

struct ClientStats {
  std::size_t queued = 0;          ///< calls that wait for a thread
  std::size_t running = 0;         ///< calls under way, at most `threads`
  std::size_t threads = 0;         ///< of both kinds together, each with a connection of its own
  std::uint64_t calls = 0;         ///< calls of the adapters so far
  std::uint64_t failed_calls = 0;  ///< of them, those that the server or the way to it failed
  bool failing = false;            ///< the last call failed so
  /// Documents that a list, a sum or an adoption had to leave out: no invoice can be read from
  /// them.
  std::uint64_t unreadable_documents = 0;
  /// Documents of the original that adoption gave their money fields.
  std::uint64_t adopted_documents = 0;
};

class Engine;  // engine.hpp: what the adapters use

/// Thread-safe. Outlives the adapters that were made with it; contexts outlive it. Errors of its
/// calls, and those of the adapters beside what their ports say: overloaded (too much waits),
/// shutting_down (after close()).
class Client {
 public:
  /// Reads the URI and starts the threads. Makes no connection: the server may be down. Error
  /// validation_failed with a sentence for the operator, never with the password: a URI that is
  /// none, a CA or key file that cannot be read, a database name that cannot be one.
  static Result<std::unique_ptr<Client>> open(ClientOptions options);
  /// close().
  ~Client();

  /// Asks the server for its time, which is also the test of readiness. Error storage_unavailable,
  /// whose sentence says what is wrong (no answer, wrong password, certificate) and names the
  /// server, not the password.
  /// `clock` is ours.
  Task<Result<ServerTime>> ping(const Clock& clock);

  /// Makes every index that is missing (indexes.cpp says which query needs it) and checks that the
  /// server may be written. To be repeated, with back-off, until it succeeds: no adapter is to be
  /// used before. Any number of times, by any number of processes at once. Errors as ping(), and
  /// stored_data_invalid: an index of another definition is in the way.
  Task<Result<void>> prepare();

  /// `took` is told of every call, whatever came of it: how long it took from the moment that a
  /// thread had it, on that thread, so it must not wait. To be set once, before the first call;
  /// outlives the calls.
  void on_call(std::function<void(std::chrono::nanoseconds)> took);

  /// Ends: what waits is still done. Adapters answer shutting_down from here on. Blocks for as long
  /// as the calls under way take. Any number of times.
  void close();

  /// "mongodb://user:***@host:27017/invoice", for the log.
  const std::string& address() const;
  /// The name of the database.
  const std::string& database() const;
  ClientStats stats() const;

  /// For the adapters of this folder.
  Engine& engine() { return *engine_; }

 private:
  explicit Client(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace invoicing::mongo
