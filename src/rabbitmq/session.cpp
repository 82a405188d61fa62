#include "rabbitmq/session.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace invoicing::rabbitmq {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr amqp_channel_t kChannel = 1;
constexpr int kFrameBytesMax = 131'072;
// A wait is cut into these, so that a stop is noticed.
constexpr milliseconds kSlice{200};
constexpr milliseconds kGoodbye{1'000};

timeval to_timeval(milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_usec = (time - seconds).count() * 1'000};
}

amqp_table_entry_t capability(const char* name) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

/// A server that repeats what it was sent must not bring it into our logs.
void hide(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
    text.replace(at, secret.size(), "***");
  }
}

/// "NOT_FOUND - no queue 'x'" of a channel or connection that the broker has closed.
std::string close_text(const amqp_method_t& method) {
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    return text_of(static_cast<const amqp_channel_close_t*>(method.decoded)->reply_text);
  }
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return text_of(static_cast<const amqp_connection_close_t*>(method.decoded)->reply_text);
  }
  return "an answer that does not belong here";
}

}  // namespace

Session::Session(const RabbitOptions& options, const std::string& purpose,
                 const std::atomic<bool>& stopping)
    : options_(options), stopping_(stopping), connection_(amqp_new_connection()) {
  if (!connection_) throw std::bad_alloc();
  open_socket();
  limit_socket();
  log_in(options.program + ' ' + purpose);
  const auto* const opened = amqp_channel_open(connection_.get(), kChannel);
  if (opened == nullptr) check("opening a channel", amqp_get_rpc_reply(connection_.get()));
  const auto* const selected = amqp_confirm_select(connection_.get(), kChannel);
  if (selected == nullptr) {
    check("asking for confirmations", amqp_get_rpc_reply(connection_.get()));
  }
  usable_ = true;
}

Session::~Session() {
  if (!usable_) return;
  const timeval goodbye = to_timeval(kGoodbye);
  amqp_set_rpc_timeout(connection_.get(), &goodbye);
  amqp_connection_close(connection_.get(), AMQP_REPLY_SUCCESS);
}

void Session::open_socket() {
  const RabbitServer& server = options_.server;
  amqp_socket_t* socket = nullptr;
  if (server.tls) {
    socket = amqp_ssl_socket_new(connection_.get());
    if (socket == nullptr) lose("connecting", "no memory for TLS");
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    check("setting TLS 1.2",
          amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST));
    if (amqp_ssl_socket_set_cacert(socket, server.ca_file.c_str()) != AMQP_STATUS_OK) {
      lose("connecting", "the CA file " + server.ca_file + " cannot be read");
    }
  } else {
    socket = amqp_tcp_socket_new(connection_.get());
    if (socket == nullptr) lose("connecting", "no memory");
  }
  const timeval timeout = to_timeval(options_.connect_timeout);
  check("connecting", amqp_socket_open_noblock(socket, server.host.c_str(), server.port, &timeout));
}

void Session::limit_socket() const {
  // A broker that is frozen, or a network that swallows, must not hold a write for ever.
  const milliseconds patience = 2 * milliseconds(options_.server.heartbeat);
  const unsigned user_timeout = static_cast<unsigned>(patience.count());
  const timeval send_timeout = to_timeval(patience);
  const int fd = descriptor();
  if (setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout) != 0) {
    lose("connecting", "the time limits of the socket cannot be set");
  }
}

void Session::log_in(const std::string& name) {
  const timeval timeout = to_timeval(options_.connect_timeout);
  amqp_set_handshake_timeout(connection_.get(), &timeout);
  amqp_set_rpc_timeout(connection_.get(), &timeout);
  // Without these the broker says neither that a queue is gone nor that an alarm is on.
  std::array capabilities{capability("consumer_cancel_notify"), capability("connection.blocked")};
  std::array<amqp_table_entry_t, 2> properties{};
  properties[0].key = amqp_cstring_bytes("capabilities");
  properties[0].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[0].value.value.table = {static_cast<int>(capabilities.size()), capabilities.data()};
  properties[1].key = amqp_cstring_bytes("connection_name");
  properties[1].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[1].value.value.bytes = bytes_of(name);
  const amqp_table_t table{static_cast<int>(properties.size()), properties.data()};
  const RabbitServer& server = options_.server;
  check("logging in", amqp_login_with_properties(
                          connection_.get(), server.virtual_host.c_str(), 0, kFrameBytesMax,
                          static_cast<int>(server.heartbeat.count()), &table,
                          AMQP_SASL_METHOD_PLAIN, server.user.c_str(), server.password.c_str()));
}

std::int64_t Session::declare(const std::string& queue,
                              const std::vector<amqp_table_entry_t>& arguments) {
  auto entries = arguments;
  const amqp_table_t table{static_cast<int>(entries.size()), entries.data()};
  const auto* const declared = amqp_queue_declare(connection_.get(), kChannel, bytes_of(queue), 0,
                                                  /*durable=*/1, 0, 0, table);
  if (declared == nullptr) check("declaring a queue", amqp_get_rpc_reply(connection_.get()));
  const std::int64_t ready = declared->message_count;
  return ready;
}

void Session::remove(const std::string& queue) {
  if (amqp_queue_delete(connection_.get(), kChannel, bytes_of(queue), 0, 0) == nullptr) {
    check("deleting a queue", amqp_get_rpc_reply(connection_.get()));
  }
}

void Session::consume(const std::string& queue, std::uint16_t prefetch) {
  // Per consumer: a quorum queue closes the connection for the other kind.
  if (amqp_basic_qos(connection_.get(), kChannel, 0, prefetch, /*global=*/0) == nullptr) {
    check("setting the prefetch", amqp_get_rpc_reply(connection_.get()));
  }
  if (amqp_basic_consume(connection_.get(), kChannel, bytes_of(queue), amqp_empty_bytes, 0,
                         /*no_ack=*/0, 0, amqp_empty_table) == nullptr) {
    check("consuming", amqp_get_rpc_reply(connection_.get()));
  }
}

std::optional<Delivered> Session::get(const std::string& queue) {
  const auto reply = amqp_basic_get(connection_.get(), kChannel, bytes_of(queue), /*no_ack=*/0);
  check("fetching a message", reply);
  if (reply.reply.id != AMQP_BASIC_GET_OK_METHOD) return std::nullopt;
  Delivered got;
  got.tag = static_cast<const amqp_basic_get_ok_t*>(reply.reply.decoded)->delivery_tag;
  got.message = read_message();
  amqp_maybe_release_buffers(connection_.get());
  return got;
}

std::uint64_t Session::write(const std::string& queue, const Message& message, bool mandatory) {
  const PropertiesOf properties(message);
  check("publishing",
        amqp_basic_publish(connection_.get(), kChannel, amqp_empty_bytes, bytes_of(queue),
                           mandatory ? 1 : 0, 0, properties.get(), bytes_of(message.body)));
  return ++published_;
}

void Session::send(const std::string& queue, const Message& message) {
  pump();
  if (blocked_.empty()) write(queue, message, /*mandatory=*/false);
}

PublishOutcome Session::publish(const std::string& queue, const Message& message) {
  // First, because the library would wait for ever for a broker whose heartbeat is overdue.
  pump();
  if (!blocked_.empty()) return {Confirmation::blocked, blocked_};
  returned_.clear();
  refused_ = false;
  const std::uint64_t number = write(queue, message, /*mandatory=*/true);
  return wait_for_confirmation(number);
}

PublishOutcome Session::wait_for_confirmation(std::uint64_t number) {
  const auto deadline = SteadyClock::now() + options_.confirm_timeout;
  while (settled_ < number) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    if (left <= milliseconds::zero() || stopping_) {
      // Blocked, the broker reads nothing and is not to blame; the message may still arrive there.
      if (!blocked_.empty()) return {Confirmation::unknown, blocked_};
      lose("publishing", stopping_ ? "the program is stopping" : "no confirmation in time");
    }
    read_frame(std::min(left, kSlice));
  }
  if (refused_) return {Confirmation::refused, "the broker refused the message (basic.nack)"};
  if (!returned_.empty()) return {Confirmation::returned, returned_};
  return {};
}

void Session::acknowledge(std::uint64_t tag) {
  check("acknowledging", amqp_basic_ack(connection_.get(), kChannel, tag, 0));
}

void Session::give_back(std::uint64_t tag) {
  check("giving back", amqp_basic_nack(connection_.get(), kChannel, tag, 0, /*requeue=*/1));
}

void Session::give_back_all() {
  check("giving back", amqp_basic_nack(connection_.get(), kChannel, 0, /*multiple=*/1, 1));
}

void Session::pump() {
  while (read_frame(milliseconds::zero())) {
  }
}

bool Session::read_frame(milliseconds wait) {
  amqp_maybe_release_buffers(connection_.get());
  const timeval timeout = to_timeval(wait);
  amqp_frame_t frame{};
  const int status = amqp_simple_wait_frame_noblock(connection_.get(), &frame, &timeout);
  if (status == AMQP_STATUS_TIMEOUT) return false;
  check("waiting", status);
  if (frame.frame_type == AMQP_FRAME_METHOD) handle(frame.payload.method);
  return true;
}

void Session::handle(const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD:
      receive(*static_cast<const amqp_basic_deliver_t*>(method.decoded));
      return;
    case AMQP_BASIC_ACK_METHOD: {
      // One with `multiple` confirms all up to this, and one at a time is waited for: alike here.
      const auto* const ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
      settled_ = std::max(settled_, ack->delivery_tag);
      if (settled_ < published_) returned_.clear();
      return;
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* const nack = static_cast<const amqp_basic_nack_t*>(method.decoded);
      if (nack->delivery_tag >= published_) refused_ = true;
      settled_ = std::max(settled_, nack->delivery_tag);
      return;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      // Comes before the confirmation of the same message, which comes all the same.
      const auto* const back = static_cast<const amqp_basic_return_t*>(method.decoded);
      returned_ = "the broker returned the message: " + text_of(back->reply_text);
      read_message();
      return;
    }
    case AMQP_BASIC_CANCEL_METHOD:
      lose("consuming", "the queue was deleted or moved");
    case AMQP_CONNECTION_BLOCKED_METHOD:
      blocked_ = "the broker takes no messages: " +
                 text_of(static_cast<const amqp_connection_blocked_t*>(method.decoded)->reason);
      return;
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      blocked_.clear();
      return;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      lose("the broker has closed", close_text(method));
    default:
      return;
  }
}

void Session::receive(const amqp_basic_deliver_t& delivery) {
  const std::uint64_t tag = delivery.delivery_tag;
  const bool redelivered = delivery.redelivered != 0;
  try {
    delivered_.push_back({tag, read_message()});
  } catch (const Unreadable&) {
    if (!redelivered) throw;
    // Twice is no accident: it would stand in the way of all others for ever. The broker puts it
    // among the dead where the queue says so, and drops it otherwise.
    amqp_basic_reject(connection_.get(), kChannel, tag, /*requeue=*/0);
    throw Unreadable(options_.server.shown_uri() +
                     ": a message with headers that cannot be read was given up");
  }
}

Message Session::read_message() {
  amqp_message_t raw{};
  const auto reply = amqp_read_message(connection_.get(), kChannel, &raw, 0);
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
      reply.library_error == AMQP_STATUS_BAD_AMQP_DATA) {
    throw Unreadable(options_.server.shown_uri() + ": a message has headers that cannot be read");
  }
  check("reading a message", reply);
  const std::unique_ptr<amqp_message_t, decltype(&amqp_destroy_message)> owner(
      &raw, &amqp_destroy_message);
  Message message;
  read_properties(raw.properties, message);
  message.body = text_of(raw.body);
  return message;
}

int Session::descriptor() const {
  return amqp_get_sockfd(connection_.get());
}

void Session::check(const char* doing, int status) const {
  if (status != AMQP_STATUS_OK) lose(doing, amqp_error_string2(status));
}

void Session::check(const char* doing, const amqp_rpc_reply_t& reply) const {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return;
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      lose(doing, amqp_error_string2(reply.library_error));
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      lose(doing, close_text(reply.reply));
    case AMQP_RESPONSE_NONE:
      break;
  }
  lose(doing, "no answer");
}

void Session::lose(const char* doing, const std::string& why) const {
  std::string text = why;
  hide(text, options_.server.password);
  hide(text, "'" + options_.server.user + "'");
  throw ConnectionLost(options_.server.shown_uri() + ": " + doing + ": " + text);
}

}  // namespace invoicing::rabbitmq
