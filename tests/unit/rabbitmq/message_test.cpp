#include "rabbitmq/message.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace invoicing::rabbitmq {
namespace {

Message full() {
  Message message;
  message.content_type = "application/json";
  message.message_id = "6921a0f0c0ffee0123456789";
  message.correlation_id = "c-1";
  message.reply_to = "amq.rabbitmq.reply-to.x";
  message.attempt = 3;
  message.failing_since = "2026-11-22T11:00:00.000Z";
  message.reason = "server busy";
  message.dead_since = "2026-11-22T12:00:00.000Z";
  message.trace = {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "till-7/1"};
  return message;
}

TEST(MessageProperties, SurviveTheWayThroughTheBroker) {
  const Message sent = full();
  const PropertiesOf properties(sent);
  EXPECT_EQ(properties.get()->delivery_mode, 2);
  Message got;
  read_properties(*properties.get(), got);
  EXPECT_EQ(got.content_type, sent.content_type);
  EXPECT_EQ(got.message_id, sent.message_id);
  EXPECT_EQ(got.correlation_id, sent.correlation_id);
  EXPECT_EQ(got.reply_to, sent.reply_to);
  EXPECT_EQ(got.attempt, 3);
  EXPECT_EQ(got.failing_since, sent.failing_since);
  EXPECT_EQ(got.reason, sent.reason);
  EXPECT_EQ(got.dead_since, sent.dead_since);
  EXPECT_EQ(got.trace, sent.trace);
}

TEST(MessageProperties, OfABareMessageAreBare) {
  const Message bare;
  const PropertiesOf properties(bare);
  EXPECT_EQ(properties.get()->_flags, static_cast<amqp_flags_t>(AMQP_BASIC_DELIVERY_MODE_FLAG));
  Message got;
  read_properties(amqp_basic_properties_t{}, got);
  EXPECT_EQ(got.message_id, "");
  EXPECT_EQ(got.attempt, 0);
}

TEST(MessageProperties, NamesThatCannotBeHandedOnAreNotThere) {
  Message sent;
  sent.trace = {"00-what-ever-01", "a\r\nb"};
  const PropertiesOf properties(sent);
  Message got;
  read_properties(*properties.get(), got);
  EXPECT_EQ(got.trace, Trace());
}

TEST(MessageProperties, OfAnotherTypeOrOutOfRangeAreIgnored) {
  std::vector<amqp_table_entry_t> entries(3);
  entries[0].key = amqp_cstring_bytes("invoicing-attempt");
  entries[0].value.kind = AMQP_FIELD_KIND_UTF8;
  entries[0].value.value.bytes = amqp_cstring_bytes("7");
  entries[1].key = amqp_cstring_bytes("invoicing-attempt");
  entries[1].value.kind = AMQP_FIELD_KIND_I64;
  entries[1].value.value.i64 = -1;
  entries[2].key = amqp_cstring_bytes("invoicing-reason");
  entries[2].value.kind = AMQP_FIELD_KIND_I64;
  entries[2].value.value.i64 = 1;
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {static_cast<int>(entries.size()), entries.data()};
  Message got;
  read_properties(properties, got);
  EXPECT_EQ(got.attempt, 0);
  EXPECT_EQ(got.reason, "");
}

}  // namespace
}  // namespace invoicing::rabbitmq
