#include "mongo/client.hpp"

#include <mutex>

#include "mongo/engine.hpp"
#include "mongo/indexes.hpp"

namespace invoicing::mongo {
namespace {

void start_driver() {
  static std::once_flag once;
  std::call_once(once, [] {
    mongoc_init();
    // It would write to the standard streams; what it says of failures comes with the failures.
    mongoc_log_set_handler(nullptr, nullptr);
  });
}

}  // namespace

Result<std::unique_ptr<Client>> Client::open(ClientOptions options) {
  start_driver();
  auto uri = ServerUri::parse(options.uri, options.application);
  if (!uri) return uri.error();
  const std::size_t connections = uri->connections(options.connections);
  if (connections < 1 || connections > 500) {
    return Error(ErrorCode::validation_failed, "maxPoolSize of MONGO_URI is not within 1 to 500");
  }
  auto engine = std::make_unique<Engine>(std::move(options), *std::move(uri));
  return std::unique_ptr<Client>(new Client(std::move(engine)));
}

Client::Client(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

Client::~Client() {
  close();
}

Task<Result<ServerTime>> Client::ping(const Clock& clock) {
  auto ask = [&clock](Session& session) -> Result<ServerTime> {
    // The first question of a connection also pays for its making: only the second is timed.
    Document ping;
    Document hello;
    session.ask_admin(ping.small("ping", 1));
    hello.small("hello", 1);
    const Instant before = clock.now();
    const Document reply = session.ask_admin(hello);
    const Instant after = clock.now();
    const auto server = Reader(reply.get()).instant("localTime");
    if (!server) throw MongoError(Failure::unavailable, "the server does not tell its time");
    const auto half = (after - before) / 2;
    return ServerTime{*server, *server - (before + half), half};
  };
  auto outcome = co_await engine_->run(Lane::quick, std::move(ask), Audience::administrator);
  co_return outcome;
}

Task<Result<void>> Client::prepare() {
  auto work = [this](Session& session) -> Result<void> {
    make_indexes(session, engine_->options().unique_reference);
    return {};
  };
  auto outcome = co_await engine_->run(Lane::slow, std::move(work), Audience::administrator);
  co_return outcome;
}

void Client::close() {
  engine_->close();
}

const std::string& Client::address() const {
  return engine_->uri().address();
}

const std::string& Client::database() const {
  return engine_->uri().database();
}

void Client::on_call(std::function<void(std::chrono::nanoseconds)> took) {
  engine_->on_call(std::move(took));
}

ClientStats Client::stats() const {
  return engine_->stats();
}

}  // namespace invoicing::mongo
