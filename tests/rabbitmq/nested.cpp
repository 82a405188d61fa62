#include "tests/rabbitmq/nested.hpp"

#include <stdexcept>
#include <vector>

#include "rabbitmq/library.hpp"
#include "rabbitmq/message.hpp"

namespace invoicing::testing {
namespace {

void expect(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

amqp_connection_state_t connect(const rabbitmq::RabbitServer& server) {
  const auto connection = amqp_new_connection();
  auto* const socket = amqp_tcp_socket_new(connection);
  expect(amqp_socket_open(socket, server.host.c_str(), server.port) == AMQP_STATUS_OK, "connect");
  const auto reply =
      amqp_login(connection, server.virtual_host.c_str(), 0, 131'072, 0, AMQP_SASL_METHOD_PLAIN,
                 server.user.c_str(), server.password.c_str());
  expect(reply.reply_type == AMQP_RESPONSE_NORMAL, "log in");
  expect(amqp_channel_open(connection, 1) != nullptr, "open a channel");
  expect(amqp_confirm_select(connection, 1) != nullptr, "ask for confirmations");
  return connection;
}

}  // namespace

void publish_nested(const rabbitmq::RabbitOptions& options, const std::string& message_id,
                    int levels) {
  std::vector<amqp_field_value_t> arrays(static_cast<std::size_t>(levels));
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    arrays[i].kind = AMQP_FIELD_KIND_ARRAY;
    const bool innermost = i + 1 == arrays.size();
    arrays[i].value.array = {innermost ? 0 : 1, innermost ? nullptr : &arrays[i + 1]};
  }
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes("n");
  entry.value = arrays.front();
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.headers = {1, &entry};
  properties.message_id = rabbitmq::bytes_of(message_id);

  const auto connection = connect(options.server);
  expect(amqp_basic_publish(connection, 1, amqp_empty_bytes, rabbitmq::bytes_of(options.queue), 1,
                            0, &properties, amqp_cstring_bytes("nested")) == AMQP_STATUS_OK,
         "publish");
  amqp_frame_t frame{};
  expect(amqp_simple_wait_frame(connection, &frame) == AMQP_STATUS_OK &&
             frame.frame_type == AMQP_FRAME_METHOD &&
             frame.payload.method.id == AMQP_BASIC_ACK_METHOD,
         "be confirmed");
  amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
  amqp_destroy_connection(connection);
}

}  // namespace invoicing::testing
