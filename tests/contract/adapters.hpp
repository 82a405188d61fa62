#pragma once
// Every adapter of the ports, under one face, for suites that run on each.

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "ports/activity_log.hpp"
#include "ports/api_key_store.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/invoice_store.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"
#include "ports/session_store.hpp"
#include "tests/support/contexts.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::testing {

struct AdapterSetup {
  bool unique_reference = false;
};

struct QueueTraits {
  /// How late a delayed message may come. 0: delays run on `clock`.
  std::chrono::milliseconds lateness_max{0};
  /// Publishing a message again removes it from the dead ones.
  bool publish_replaces_dead = true;
};

/// One installation on one kind of adapter.
class Adapters {
 public:
  virtual ~Adapters() = default;

  virtual InvoiceStore& invoices() = 0;
  virtual SalesLedger& ledger() = 0;
  virtual ReportStore& reports() = 0;
  virtual Outbox& outbox() = 0;
  virtual ReportPublisher& publisher() = 0;
  virtual ReportInbox& inbox() = 0;
  virtual ReportQueueAdmin& queue() = 0;
  virtual DeliveryLedger& deliveries() = 0;
  virtual ApiKeyStore& keys() = 0;
  virtual SessionStore& sessions() = 0;
  virtual ActivityLog& activity() = 0;
  /// Whether every call of a SalesSnapshot sees the same state and it notices changes by their
  /// number, not by their time.
  virtual bool freezes_snapshots() const { return true; }
  /// As after a restart of the process: what was durable is there, nothing else.
  virtual void restart() = 0;

  /// How the queue differs where its port leaves room for it.
  virtual QueueTraits queue_traits() const { return {}; }
  /// Time as the queue sees it.
  virtual Instant queue_time() const { return clock.now(); }
  /// Lets that time pass; the clock moves with it.
  virtual void pass(std::chrono::milliseconds by) { clock.advance(by); }

  memory::ManualClock clock{at()};
};

struct AdapterKind {
  std::string name;
  std::function<std::unique_ptr<Adapters>(AdapterSetup)> make;

  friend std::ostream& operator<<(std::ostream& out, const AdapterKind& kind) {
    return out << kind.name;
  }
};

std::vector<AdapterKind> all_adapters();

/// Those whose queue runs on `clock`, and RabbitMQ, whose does not: for suites about the queue that
/// say all times in pass() and queue_time().
std::vector<AdapterKind> queue_adapters();

/// All, and a file of keys.
std::vector<AdapterKind> key_adapters();

/// A suite's fixture: instantiate it with INVOICING_CONTRACT(Suite).
class ContractTest : public ::testing::TestWithParam<AdapterKind> {
 protected:
  template <typename T>
  auto run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  // Both outlive the adapters.
  boost::asio::io_context io{1};
  Contexts contexts;
  std::unique_ptr<Adapters> adapters = GetParam().make({});
};

}  // namespace invoicing::testing

#define INVOICING_CONTRACT_ON(kinds, Suite)                            \
  INSTANTIATE_TEST_SUITE_P(Adapter, Suite, ::testing::ValuesIn(kinds), \
                           [](const auto& info) { return info.param.name; })
#define INVOICING_CONTRACT(Suite) INVOICING_CONTRACT_ON(::invoicing::testing::all_adapters(), Suite)
