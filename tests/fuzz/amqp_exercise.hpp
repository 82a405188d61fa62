#pragma once
// Runs the properties of a message, as bytes of AMQP 0-9-1 from a hostile broker or neighbour,
// through the library and what reads them; what is ours is written and read again without a change.
// (The body is the business of the target `report`.)

#include <memory>
#include <string>
#include <string_view>

#include "rabbitmq/message.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

/// The library's pool of memory, which what it decodes lives in.
class AmqpPool {
 public:
  AmqpPool() { init_amqp_pool(&pool_, 4096); }
  ~AmqpPool() { empty_amqp_pool(&pool_); }
  AmqpPool(const AmqpPool&) = delete;
  AmqpPool& operator=(const AmqpPool&) = delete;
  amqp_pool_t* get() { return &pool_; }

 private:
  amqp_pool_t pool_{};
};

inline bool same_properties(const rabbitmq::Message& a, const rabbitmq::Message& b) {
  return a.content_type == b.content_type && a.message_id == b.message_id &&
         a.correlation_id == b.correlation_id && a.reply_to == b.reply_to &&
         a.attempt == b.attempt && a.failing_since == b.failing_since && a.reason == b.reason &&
         a.dead_since == b.dead_since;
}

inline void exercise_amqp(std::string_view bytes) {
  AmqpPool pool;
  std::string copy(bytes);
  void* decoded = nullptr;
  if (amqp_decode_properties(AMQP_BASIC_CLASS, pool.get(), rabbitmq::bytes_of(copy), &decoded) !=
      AMQP_STATUS_OK) {
    return;
  }
  rabbitmq::Message message;
  rabbitmq::read_properties(*static_cast<const amqp_basic_properties_t*>(decoded), message);
  const rabbitmq::PropertiesOf ours(message);
  rabbitmq::Message again;
  rabbitmq::read_properties(*ours.get(), again);
  require(same_properties(message, again), "the same properties read back");
}

}  // namespace invoicing::fuzz
