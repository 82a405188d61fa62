#include "rabbitmq/message.hpp"

#include <string_view>

namespace invoicing::rabbitmq {
namespace {

constexpr std::string_view kAttempt = "invoicing-attempt";
constexpr std::string_view kFailingSince = "invoicing-failing-since";
constexpr std::string_view kReason = "invoicing-reason";
constexpr std::string_view kDeadSince = "invoicing-dead-since";
constexpr std::string_view kTraceparent = "traceparent";
constexpr std::string_view kRequestId = "x-request-id";
constexpr std::uint8_t kPersistent = 2;

amqp_bytes_t bytes_of_view(std::string_view text) {
  // The library's type has no const; it only reads what it publishes.
  return {text.size(), const_cast<char*>(text.data())};  // NOLINT(*-const-cast)
}

amqp_table_entry_t text_header(std::string_view name, const std::string& text) {
  amqp_table_entry_t entry{};
  entry.key = bytes_of_view(name);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes_of_view(text);
  return entry;
}

void read_header(const amqp_table_entry_t& entry, Message& message) {
  const std::string_view name(static_cast<const char*>(entry.key.bytes), entry.key.len);
  if (name == kAttempt && entry.value.kind == AMQP_FIELD_KIND_I64) {
    if (entry.value.value.i64 > 0) message.attempt = entry.value.value.i64;
    return;
  }
  if (entry.value.kind != AMQP_FIELD_KIND_UTF8) return;
  if (name == kFailingSince) message.failing_since = text_of(entry.value.value.bytes);
  if (name == kReason) message.reason = text_of(entry.value.value.bytes);
  if (name == kDeadSince) message.dead_since = text_of(entry.value.value.bytes);
  if (name != kTraceparent && name != kRequestId) return;
  const std::string text = text_of(entry.value.value.bytes);
  if (name == kTraceparent && is_traceparent(text)) message.trace.traceparent = text;
  if (name == kRequestId && is_request_id(text)) message.trace.request_id = text;
}

}  // namespace

amqp_bytes_t bytes_of(const std::string& text) {
  return bytes_of_view(text);
}

std::string text_of(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string()
                        : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

void read_properties(const amqp_basic_properties_t& properties, Message& message) {
  const auto has = [&properties](amqp_flags_t flag) { return (properties._flags & flag) != 0; };
  if (has(AMQP_BASIC_CONTENT_TYPE_FLAG)) message.content_type = text_of(properties.content_type);
  if (has(AMQP_BASIC_MESSAGE_ID_FLAG)) message.message_id = text_of(properties.message_id);
  if (has(AMQP_BASIC_CORRELATION_ID_FLAG)) {
    message.correlation_id = text_of(properties.correlation_id);
  }
  if (has(AMQP_BASIC_REPLY_TO_FLAG)) message.reply_to = text_of(properties.reply_to);
  if (!has(AMQP_BASIC_HEADERS_FLAG)) return;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    read_header(properties.headers.entries[i], message);
  }
}

PropertiesOf::PropertiesOf(const Message& message) {
  const auto set = [this](amqp_flags_t flag, amqp_bytes_t& property, const std::string& text) {
    if (text.empty()) return;
    property = bytes_of(text);
    properties_._flags |= flag;
  };
  set(AMQP_BASIC_CONTENT_TYPE_FLAG, properties_.content_type, message.content_type);
  set(AMQP_BASIC_MESSAGE_ID_FLAG, properties_.message_id, message.message_id);
  set(AMQP_BASIC_CORRELATION_ID_FLAG, properties_.correlation_id, message.correlation_id);
  set(AMQP_BASIC_REPLY_TO_FLAG, properties_.reply_to, message.reply_to);
  properties_.delivery_mode = kPersistent;
  properties_._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;

  if (message.attempt > 0) {
    amqp_table_entry_t entry{};
    entry.key = bytes_of_view(kAttempt);
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = message.attempt;
    headers_.push_back(entry);
  }
  if (!message.failing_since.empty()) {
    headers_.push_back(text_header(kFailingSince, message.failing_since));
  }
  if (!message.reason.empty()) headers_.push_back(text_header(kReason, message.reason));
  if (!message.dead_since.empty()) headers_.push_back(text_header(kDeadSince, message.dead_since));
  if (!message.trace.traceparent.empty()) {
    headers_.push_back(text_header(kTraceparent, message.trace.traceparent));
  }
  if (!message.trace.request_id.empty()) {
    headers_.push_back(text_header(kRequestId, message.trace.request_id));
  }
  if (headers_.empty()) return;
  properties_.headers = {static_cast<int>(headers_.size()), headers_.data()};
  properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
}

}  // namespace invoicing::rabbitmq
