#pragma once
// The program under test as one process of the simulated installation: its doors with their faults,
// and the use cases on them, wired as the services do it.

#include <memory>
#include <string>
#include <vector>

#include "app/audit_books.hpp"
#include "app/close_days.hpp"
#include "app/create_invoice.hpp"
#include "app/deliver_report.hpp"
#include "app/delivery_status.hpp"
#include "app/preview_day.hpp"
#include "app/publish_reports.hpp"
#include "app/void_invoice.hpp"
#include "tests/simulation/mail_doors.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/store_doors.hpp"
#include "tests/support/memory/delivery_ledger.hpp"
#include "tests/support/memory/invoice_store.hpp"
#include "tests/support/memory/report_queue.hpp"
#include "tests/support/memory/report_store.hpp"

namespace invoicing::simulation {

/// What is durable: it outlives every process.
struct Durable {
  explicit Durable(Clock& clock) : queue(clock) {}

  std::shared_ptr<memory::Invoices> shared = std::make_shared<memory::Invoices>();
  memory::MemoryInvoiceStore invoices{shared};
  memory::MemorySalesLedger sales{shared};
  memory::MemoryReportStore reports;
  memory::MemoryReportQueue queue;
  memory::MemoryDeliveryLedger ledger;
};

/// What an operator has configured.
struct Configuration {
  std::string zone;
  std::string cut_off;
  std::vector<std::string> recipients;
  std::size_t max_report_bytes = kMaxReportBytes;
  std::chrono::hours give_up_after{24};
};

/// Notes what the program says of itself.
class TracingObserver final : public Observer {
 public:
  explicit TracingObserver(ProcessLine& line) : line_(line) {}
  void observe(const Event& event) override;

 private:
  ProcessLine& line_;
};

/// One start of the program. Its coroutines must be gone before it is.
struct Program {
  Program(Surroundings& world, Durable& durable, ProcessId id, std::string name, Milliseconds off,
          const Configuration& configuration);

  ProcessLine line;
  BusinessCalendar calendar;

  InvoiceDoor invoices;
  SalesDoor sales;
  ReportDoor reports;
  OutboxDoor outbox;
  QueueDoor queue;
  LedgerDoor ledger;
  ReportRenderer renderer;
  MailDoor mail;
  TracingObserver observer;
  InvoiceIdGenerator ids;

  CreateInvoice create;
  VoidInvoice make_void;
  CloseDays close;
  PublishReports publish;
  DeliverReport deliver;
  ReportDelivery delivery;
  AuditBooks audit;
  PreviewDay preview;
};

}  // namespace invoicing::simulation
