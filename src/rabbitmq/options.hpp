#pragma once
// What the three classes of this folder are told: which broker, which queues, how patient.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace invoicing::rabbitmq {

/// Where the broker is and who we are there.
struct RabbitServer {
  bool tls = false;                ///< amqps://
  std::string host = "localhost";  ///< a name, an IPv4 address, or an IPv6 address (no brackets)
  std::uint16_t port = 5672;
  std::string user = "guest";      ///< the broker lets `guest` in from its own machine only
  std::string password = "guest";  // NOLINT: the broker's public default
  std::string virtual_host = "/";
  std::chrono::seconds heartbeat{10};
  /// PEM file with the authorities that may vouch for the broker, which must also bear the name
  /// `host`. Only used with `tls`.
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";

  /// "amqps://mq.example:5671/sales", without user and password, for logs.
  std::string shown_uri() const;
};

/// Reads `amqp[s]://[user[:password]@]host[:port][/vhost][?heartbeat=SECONDS&cacertfile=PATH]`.
/// User, password, virtual host and PATH are percent-decoded. Ports: 5672, amqps 5671. No or an
/// empty vhost is "/". heartbeat: 1 to 300. cacertfile goes with amqps only.
/// Error validation_failed with one sentence that names the fault and holds neither user nor
/// password.
Result<RabbitServer> parse_rabbit_uri(std::string_view uri);

struct RabbitOptions {
  RabbitServer server;
  /// The queue of reports. Dead letters go to `queue`.dead, delayed ones to `queue`.delay.STEP.
  std::string queue = "daily_sales_report";
  /// Replicated queues, for clusters. All programs of an installation, NestJS ones included, must
  /// declare alike: docs/decisions/plain-queue.md has the matching arguments.
  bool quorum = false;
  /// How many messages the broker hands out before the first of them is settled; 1 to 65535.
  std::uint16_t prefetch = 1;
  /// Ascending. A retry waits in the queue of the smallest step that is not shorter than the delay
  /// asked for, beyond the last one in that. Changing them leaves the old queues to run empty.
  std::vector<std::chrono::milliseconds> delay_steps = default_delay_steps();
  /// A larger message goes to the dead letters unread.
  std::size_t body_bytes_max = 16U << 20U;
  /// TCP and TLS and login, each; a synchronous call; the confirmation of a message.
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds confirm_timeout{10'000};
  /// Of the random waits before reconnecting; another one in each process, or those who lost a
  /// broker together come back together.
  std::uint64_t jitter_seed = 0;
  /// Names the connection in the broker's lists.
  std::string program = "invoicing";
  /// One line for the log when the connection is there, is lost or cannot be made (said once, not
  /// at each try). May be called on any thread; may be empty. Holds no secrets.
  std::function<void(const std::string&)> log;

  /// 5 s doubling to 640 s, then 15 min and 1 h.
  static std::vector<std::chrono::milliseconds> default_delay_steps();
};

/// The state of one connection, for readiness and metrics.
struct ConnectionStatus {
  bool connected = false;  ///< logged in, queues declared
  /// The broker takes no messages (memory or disk alarm): its words; empty otherwise.
  std::string blocked;
  /// Why it is not connected; empty when it is. No secrets.
  std::string last_error;
  std::uint64_t connections = 0;  ///< made so far; less one: how often it reconnected
  std::uint64_t failures = 0;     ///< attempts that failed, and connections lost
};

}  // namespace invoicing::rabbitmq
