#pragma once
// A message as it lies in a queue, and what we write into its headers.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/trace.hpp"
#include "rabbitmq/library.hpp"

namespace invoicing::rabbitmq {

/// Empty strings and 0 are properties or headers that are not there.
struct Message {
  std::string body;
  std::string content_type;
  std::string message_id;
  std::string correlation_id;
  std::string reply_to;
  // Headers of ours; all others are left behind when a message is copied.
  std::int64_t attempt = 0;   ///< invoicing-attempt: which delivery this is, from 1
  std::string failing_since;  ///< invoicing-failing-since: when it was first delayed, RFC 3339
  std::string reason;         ///< invoicing-reason: why it waits or is dead
  std::string dead_since;     ///< invoicing-dead-since: RFC 3339
  // Headers of the field's own names; what is no traceparent or request id counts as not there.
  Trace trace;  ///< traceparent (W3C Trace Context), x-request-id
};

/// Fills the properties of `message` from what the broker sent. Headers that are not ours, or have
/// another type than we give them, are ignored: anybody may write anything there.
void read_properties(const amqp_basic_properties_t& properties, Message& message);

/// The properties of a persistent message. Refers to the Message it was made from.
class PropertiesOf {
 public:
  explicit PropertiesOf(const Message& message);
  PropertiesOf(const PropertiesOf&) = delete;
  PropertiesOf& operator=(const PropertiesOf&) = delete;

  const amqp_basic_properties_t* get() const { return &properties_; }

 private:
  std::vector<amqp_table_entry_t> headers_;
  amqp_basic_properties_t properties_{};
};

/// The bytes of `text`, which must outlive them; the library takes no const and writes nothing.
amqp_bytes_t bytes_of(const std::string& text);
std::string text_of(amqp_bytes_t bytes);

}  // namespace invoicing::rabbitmq
