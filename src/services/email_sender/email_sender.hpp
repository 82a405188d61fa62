#pragma once
// The wiring and the life of `email-sender`: the queue on one side, a mail server on the other.

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "app/deliver_report.hpp"
#include "http/server.hpp"
#include "ops/metrics.hpp"
#include "rabbitmq/queue_admin.hpp"
#include "rabbitmq/report_inbox.hpp"
#include "services/common/mail_parts.hpp"
#include "services/common/queue_sampler.hpp"
#include "services/common/roles_thread.hpp"
#include "services/common/sender_role.hpp"
#include "services/common/service.hpp"
#include "services/common/system_clock.hpp"
#include "services/common/telemetry.hpp"
#include "services/email_sender/options.hpp"
#include "services/email_sender/sender_ledger.hpp"
#include "services/email_sender/watched_transport.hpp"
#include "services/split/broker_watch.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// Several copies may run on one ledger in MongoDB; on a file only one can.
class EmailSender final : public Service {
 public:
  /// Listens; needs no server. Errors: one line for the operator.
  static Result<std::unique_ptr<Service>> open(EmailSenderOptions options,
                                               std::unique_ptr<SenderLedger> ledger);
  ~EmailSender() override;

  void start() override;
  void stop() override;

 private:
  EmailSender(EmailSenderOptions options, std::unique_ptr<SenderLedger> ledger, MailParts mail);

  Result<void> listen();
  std::vector<rest::Missing> missing() const;
  bool may_receive() const;
  Task<void> prepare_and_run();
  rabbitmq::ConnectionStatus broker_status() const;

  const EmailSenderOptions options_;
  ops::Metrics metrics_;
  Telemetry telemetry_{metrics_};
  SystemClock clock_;
  std::unique_ptr<SenderLedger> ledger_;
  MailParts mail_;
  WatchedTransport transport_;
  std::unique_ptr<rabbitmq::RabbitReportInbox> inbox_;
  std::unique_ptr<rabbitmq::RabbitQueueAdmin> queue_;
  DeliverReport deliver_report_;

  RolesThread roles_;
  std::optional<MongoWatch> mongo_watch_;  // nothing: the ledger is a file
  BrokerWatch broker_watch_;
  SenderRole sender_;
  QueueSampler queue_sampler_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> ledger_ready_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
