#pragma once
// One connection with one channel, blocking, for one thread. What the library does not do itself
// stands here: confirmations, cancelled consumers, a frozen broker (docs/decisions/plain-queue.md).

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "rabbitmq/library.hpp"
#include "rabbitmq/message.hpp"
#include "rabbitmq/options.hpp"

namespace invoicing::rabbitmq {

/// The connection is of no use any more, or was never made; what() says why, without secrets.
struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The library cannot read a message: its headers are nested beyond what it allows (0.15; 0.11 has
/// no limit) or garbled. The connection is of no use, and the message would end the next one, too.
struct Unreadable : ConnectionLost {
  using ConnectionLost::ConnectionLost;
};

struct Delivered {
  std::uint64_t tag = 0;  ///< the channel's delivery tag
  Message message;
};

enum class Confirmation {
  confirmed,
  returned,  ///< the broker has no such queue; nothing is stored
  refused,   ///< basic.nack; nothing is stored
  blocked,   ///< an alarm: not sent
  unknown,   ///< blocked after it was sent; may be stored when the alarm is over
};

struct PublishOutcome {
  Confirmation confirmation = Confirmation::confirmed;
  std::string reason;  ///< the broker's words, unless confirmed
};

/// Any call may throw ConnectionLost; the only thing to be done then is to destroy the object.
class Session {
 public:
  /// Connects, logs in, opens the channel and asks for confirmations. `stopping` ends long waits.
  /// `purpose` ("publisher") names the connection beside options.program.
  Session(const RabbitOptions& options, const std::string& purpose,
          const std::atomic<bool>& stopping);
  /// Says goodbye, if the broker still listens; blocks for 1 s at most.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Declares a durable queue; returns how many messages are ready in it.
  std::int64_t declare(const std::string& queue, const std::vector<amqp_table_entry_t>& arguments);
  /// Deletes a queue with all that is in it; one that is not there is no error.
  void remove(const std::string& queue);
  void consume(const std::string& queue, std::uint16_t prefetch);
  /// Takes one message out of `queue` until it is settled. Not on a session that consumes.
  std::optional<Delivered> get(const std::string& queue);

  /// Into `queue`, through the default exchange, mandatory; waits for the confirmation. No word
  /// within options.confirm_timeout is a lost connection.
  PublishOutcome publish(const std::string& queue, const Message& message);
  /// Without waiting, nor minding whether the queue exists.
  void send(const std::string& queue, const Message& message);

  void acknowledge(std::uint64_t tag);
  /// Back into the queue.
  void give_back(std::uint64_t tag);
  /// Everything not settled, back into the queue.
  void give_back_all();

  /// Deals with what has arrived, heartbeats included. To be called at least four times within
  /// options.server.heartbeat.
  void pump();
  /// What pump() and the waits of other calls have received for the consumer since the last time.
  std::vector<Delivered> take_delivered() { return std::exchange(delivered_, {}); }

  /// Readable when pump() has something to do.
  int descriptor() const;
  /// The broker's words when an alarm blocks publishers; else empty.
  const std::string& blocked() const { return blocked_; }

 private:
  void open_socket();
  void limit_socket() const;
  void log_in(const std::string& name);
  /// Nothing when no frame came in time.
  bool read_frame(std::chrono::milliseconds wait);
  void handle(const amqp_method_t& method);
  Message read_message();
  void receive(const amqp_basic_deliver_t& delivery);
  std::uint64_t write(const std::string& queue, const Message& message, bool mandatory);
  PublishOutcome wait_for_confirmation(std::uint64_t number);
  void check(const char* doing, const amqp_rpc_reply_t& reply) const;
  void check(const char* doing, int status) const;
  [[noreturn]] void lose(const char* doing, const std::string& why) const;

  struct Destroy {
    void operator()(amqp_connection_state_t connection) const {
      amqp_destroy_connection(connection);
    }
  };
  using Connection = std::unique_ptr<std::remove_pointer_t<amqp_connection_state_t>, Destroy>;

  const RabbitOptions& options_;
  const std::atomic<bool>& stopping_;
  Connection connection_;
  bool usable_ = false;
  std::string blocked_;
  std::vector<Delivered> delivered_;
  // Of the message that publish() waits for. An older one's confirmation is nobody's business.
  std::uint64_t published_ = 0;  // how many messages were sent on this channel
  std::uint64_t settled_ = 0;    // the newest whose confirmation or refusal came
  bool refused_ = false;
  std::string returned_;
};

}  // namespace invoicing::rabbitmq
