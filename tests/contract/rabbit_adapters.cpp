// The queue on a real RabbitMQ; the stores beside it are in memory.

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "rabbitmq/queue_admin.hpp"
#include "rabbitmq/report_inbox.hpp"
#include "rabbitmq/report_publisher.hpp"
#include "tests/contract/adapters.hpp"
#include "tests/support/rabbit_broker/test_queues.hpp"

namespace invoicing::testing {
namespace {

using namespace std::chrono_literals;

class RabbitAdapters final : public Adapters {
 public:
  explicit RabbitAdapters(AdapterSetup setup) : stores_(all_adapters().front().make(setup)) {
    // Some tests hold many messages at once.
    queues_.options.prefetch = 1'000;
    queues_.options.delay_steps = {1s, 2s};
    open();
  }
  ~RabbitAdapters() override { open_.reset(); }

  InvoiceStore& invoices() override { return stores_->invoices(); }
  SalesLedger& ledger() override { return stores_->ledger(); }
  ReportStore& reports() override { return stores_->reports(); }
  Outbox& outbox() override { return stores_->outbox(); }
  ReportPublisher& publisher() override { return open_->publisher; }
  ReportInbox& inbox() override { return open_->inbox; }
  ReportQueueAdmin& queue() override { return open_->admin; }
  DeliveryLedger& deliveries() override { return stores_->deliveries(); }
  SessionStore& sessions() override { return stores_->sessions(); }
  ActivityLog& activity() override { return stores_->activity(); }
  ApiKeyStore& keys() override { return stores_->keys(); }
  void restart() override {
    stores_->restart();
    open_.reset();
    open();
  }

  QueueTraits queue_traits() const override {
    return {.lateness_max = 20s, .publish_replaces_dead = false};
  }
  Instant queue_time() const override {
    return Instant(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch()));
  }
  void pass(std::chrono::milliseconds by) override {
    std::this_thread::sleep_for(by);
    clock.advance(by);
  }

 private:
  struct Open {
    Open(const rabbitmq::RabbitOptions& options, Clock& clock)
        : publisher(options), inbox(options, clock), admin(options, &inbox) {}

    bool connected() const {
      const auto stats = inbox.stats();
      return stats.consumer.connected && stats.publisher.connected &&
             publisher.stats().connection.connected && admin.status().connected;
    }

    rabbitmq::RabbitReportPublisher publisher;
    rabbitmq::RabbitReportInbox inbox;
    rabbitmq::RabbitQueueAdmin admin;
  };

  void open() {
    open_.emplace(queues_.options, clock);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!open_->connected()) {
      if (std::chrono::steady_clock::now() > deadline) {
        throw std::runtime_error(open_->publisher.stats().connection.last_error);
      }
      std::this_thread::sleep_for(5ms);
    }
  }

  TestQueues queues_;
  std::unique_ptr<Adapters> stores_;
  std::optional<Open> open_;
};

}  // namespace

std::vector<AdapterKind> queue_adapters() {
  auto kinds = all_adapters();
  kinds.push_back(
      {"rabbitmq", [](AdapterSetup setup) { return std::make_unique<RabbitAdapters>(setup); }});
  return kinds;
}

}  // namespace invoicing::testing
