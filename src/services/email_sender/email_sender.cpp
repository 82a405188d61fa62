#include "services/email_sender/email_sender.hpp"

#include <string>
#include <utility>

#include "ops/address.hpp"
#include "ops/log.hpp"
#include "ops/process_metrics.hpp"
#include "services/common/disk_metrics.hpp"
#include "services/common/http_front.hpp"
#include "services/common/random_seed.hpp"
#include "services/split/mongo_metrics.hpp"
#include "services/split/ops_front.hpp"

namespace invoicing::services {

namespace {

constexpr std::chrono::milliseconds kLedgerPause{1000};

void add_inbox_metrics(ops::Metrics& metrics, rabbitmq::RabbitReportInbox& inbox) {
  const auto counter = [&](const char* outcome, std::uint64_t rabbitmq::InboxStats::* member) {
    metrics.counter_from("rabbitmq_messages_total", "Messages of the queue by what was done.",
                         {{"outcome", outcome}},
                         [&inbox, member] { return static_cast<double>(inbox.stats().*member); });
  };
  counter("received", &rabbitmq::InboxStats::received);
  counter("acknowledged", &rabbitmq::InboxStats::acknowledged);
  counter("retried", &rabbitmq::InboxStats::retried);
  counter("dead_lettered", &rabbitmq::InboxStats::dead_lettered);
}

}  // namespace

Result<std::unique_ptr<Service>> EmailSender::open(EmailSenderOptions options,
                                                   std::unique_ptr<SenderLedger> ledger) {
  auto renderer = make_renderer(options.mail);
  if (!renderer) return renderer.error();
  auto mail = make_mail_parts(options.mail, std::move(*renderer));
  if (!mail) return mail.error();
  std::unique_ptr<EmailSender> sender(
      new EmailSender(std::move(options), std::move(ledger), std::move(*mail)));
  const auto listening = sender->listen();
  if (!listening) return listening.error();
  return std::unique_ptr<Service>(std::move(sender));
}

EmailSender::EmailSender(EmailSenderOptions options, std::unique_ptr<SenderLedger> ledger,
                         MailParts mail)
    : options_(std::move(options)),
      ledger_(std::move(ledger)),
      mail_(std::move(mail)),
      transport_(*mail_.transport),
      inbox_(std::make_unique<rabbitmq::RabbitReportInbox>(options_.broker, clock_)),
      queue_(std::make_unique<rabbitmq::RabbitQueueAdmin>(options_.broker, inbox_.get())),
      deliver_report_({*inbox_, ledger_->deliveries(), ledger_->outbox(), *mail_.renderer,
                       transport_, clock_, telemetry_},
                      deliver_options(options_.mail, options_.business.currency)),
      broker_watch_(roles_.executor(),
                    {.status = [this] { return broker_status(); },
                     .address = options_.broker.server.shown_uri(),
                     .on_connected = {}},
                    metrics_),
      sender_(roles_.executor(), deliver_report_, telemetry_, random_seed(),
              [this] { return may_receive(); }),
      queue_sampler_(roles_.executor(), *queue_, metrics_) {
  if (ledger_->client() != nullptr) {
    mongo_watch_.emplace(roles_.executor(), *ledger_->client(), clock_, MongoWatchOptions{});
  }
}

EmailSender::~EmailSender() {
  stop();
}

Result<void> EmailSender::listen() {
  auto server = listen_for_ops(options_.ops, [this] { return missing(); }, metrics_, telemetry_);
  if (!server) return server.error();
  server_ = std::move(*server);
  ops::add_process_metrics(metrics_, "email-sender", INVOICING_VERSION);
  add_http_metrics(metrics_, *server_);
  if (mongo_watch_) add_mongo_metrics(metrics_, *ledger_->client());
  add_inbox_metrics(metrics_, *inbox_);
  add_disk_metrics(metrics_, options_.data_dir);
  return {};
}

void EmailSender::start() {
  server_->start();
  if (mongo_watch_) roles_.spawn(mongo_watch_->run());
  roles_.spawn(broker_watch_.run());
  roles_.spawn(queue_sampler_.run());
  roles_.spawn(prepare_and_run());
  roles_.start();
  const std::string ledger =
      mongo_watch_ ? ledger_->client()->address() : options_.data_dir.string();
  ops::log::info("listening",
                 {{"address", ops::to_string({options_.ops.host, server_->local_port()})},
                  {"ledger", ledger},
                  {"rabbitmq", options_.broker.server.shown_uri()},
                  {"queue", options_.broker.queue},
                  {"recipients", options_.mail.to.size()}});
}

Task<void> EmailSender::prepare_and_run() {
  if (!mongo_watch_) {
    for (auto prepared = co_await ledger_->prepare(); !prepared && !stopping_.load();
         prepared = co_await ledger_->prepare()) {
      ops::log::error("the ledger cannot be written, will be tried again",
                      {{"reason", prepared.error().detail()}});
      co_await clock_.sleep_until(clock_.now() + kLedgerPause);
    }
    ledger_ready_.store(true);
  }
  co_await sender_.run();
}

bool EmailSender::may_receive() const {
  return mongo_watch_ ? mongo_watch_->may_read().has_value() : ledger_ready_.load();
}

rabbitmq::ConnectionStatus EmailSender::broker_status() const {
  const auto stats = inbox_->stats();
  return stats.consumer.connected ? stats.publisher : stats.consumer;
}

std::vector<rest::Missing> EmailSender::missing() const {
  std::vector<rest::Missing> missing;
  if (stopping_.load()) missing.push_back({"shutdown", "The process is ending."});
  if (mongo_watch_) {
    if (const auto mongodb = mongo_watch_->missing()) missing.push_back(*mongodb);
  } else if (!ledger_ready_.load()) {
    missing.push_back({"storage", "The ledger of deliveries cannot be written; the log says why."});
  }
  if (const auto rabbitmq = broker_watch_.missing()) missing.push_back(*rabbitmq);
  if (const auto smtp = transport_.missing()) missing.push_back(*smtp);
  return missing;
}

void EmailSender::stop() {
  if (!roles_.started()) return;
  stopping_.store(true);
  mail_.stop.request_stop();
  sender_.stop();
  if (mongo_watch_) mongo_watch_->stop();
  broker_watch_.stop();
  queue_sampler_.stop();
  roles_.join(kRolesDeadline);
  drain(*server_, kOpsDrainDeadline);
  // Waits for a mail under way, which would otherwise come back to a context that is gone.
  mail_.transport.reset();
  queue_.reset();
  inbox_.reset();
  ledger_->close();
}

}  // namespace invoicing::services
