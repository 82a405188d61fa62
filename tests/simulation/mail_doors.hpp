#pragma once
// The doors on a report's way to the mailbox, with faults: outbox, queue, ledger, mail server.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/delivery_ledger.hpp"
#include "ports/mailer.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"
#include "tests/simulation/process.hpp"
#include "tests/support/memory/report_queue.hpp"

namespace invoicing::simulation {

/// Each used by the coroutines of one process; references outlive it.
class OutboxDoor final : public Outbox {
 public:
  OutboxDoor(ProcessLine& line, Outbox& outbox) : line_(line), outbox_(outbox) {}

  Task<Result<std::optional<OutboxEntry>>> entry(ReportNumber number) override;
  Task<Result<std::vector<OutboxEntry>>> open_entries() override;
  Task<Result<OutboxEntry>> lease(ReportNumber number, Instant now, Instant until) override;
  Task<Result<void>> mark_published(ReportNumber number, std::int64_t sends, Instant now) override;
  Task<Result<void>> mark_failed(ReportNumber number, std::int64_t sends,
                                 const std::string& reason) override;
  Task<Result<void>> mark_done(ReportNumber number, std::int64_t sends, Instant now) override;
  Task<Result<OutboxEntry>> resend(ReportNumber number, std::int64_t sends,
                                   const invoicing::Trace& asked_by) override;
  Task<Result<void>> republish(ReportNumber number, std::int64_t sends, OutboxState from,
                               const invoicing::Trace& asked_by) override;

 private:
  ProcessLine& line_;
  Outbox& outbox_;
};

/// All three sides of the queue. What was received belongs to a connection: when it breaks, or a
/// settlement fails, all that is not settled goes back under a new tag, and the old one is void.
class QueueDoor final : public ReportPublisher, public ReportInbox, public ReportQueueAdmin {
 public:
  QueueDoor(ProcessLine& line, memory::MemoryReportQueue& queue) : line_(line), queue_(queue) {}

  Task<Result<void>> publish(const ReportMessage& message) override;
  Task<Result<std::optional<ReceivedMessage>>> receive(Milliseconds wait) override;
  Task<Result<void>> acknowledge(std::int64_t tag) override;
  Task<Result<void>> retry(std::int64_t tag, Milliseconds delay,
                           const std::string& reason) override;
  Task<Result<void>> dead_letter(std::int64_t tag, const std::string& reason) override;
  Task<Result<QueueDepth>> depth() override;
  Task<Result<std::optional<DeadMessage>>> find_dead(const std::string& message_id) override;
  Task<Result<bool>> requeue_dead(const std::string& message_id,
                                  const invoicing::Trace& asked_by) override;
  Task<Result<std::vector<DeadMessage>>> list_dead(std::size_t limit) override;
  Task<Result<bool>> drop_dead(const std::string& message_id) override;

  void lose_connection();
  bool holds_something() const { return !taken_.empty(); }

 private:
  template <typename Run, typename Seen>
  Task<Result<void>> settle(std::int64_t tag, const char* what, Run& run, Seen& seen);

  ProcessLine& line_;
  memory::MemoryReportQueue& queue_;
  std::map<std::int64_t, std::string> taken_;  // tag to message id
};

class LedgerDoor final : public DeliveryLedger {
 public:
  LedgerDoor(ProcessLine& line, DeliveryLedger& ledger) : line_(line), ledger_(ledger) {}

  Task<Result<Claim>> claim(const std::string& message_id, const std::string& recipient,
                            Instant now, Instant until) override;
  Task<Result<void>> settle(const std::string& message_id, const std::string& recipient,
                            DeliveryState state, const std::string& reason, Instant now) override;
  Task<Result<void>> reopen_refused(const std::string& message_id) override;
  Task<Result<void>> drop_refused(const std::string& message_id) override;
  Task<Result<std::vector<Delivery>>> refused(std::size_t limit) override;
  Task<Result<std::vector<Delivery>>> deliveries(const std::string& message_id) override;

 private:
  ProcessLine& line_;
  DeliveryLedger& ledger_;
};

/// The mail's content is the report as the queue carries it, its Message-ID the ledger's key.
class ReportRenderer final : public MailRenderer {
 public:
  Result<OutgoingMail> render(const SalesReport& report, const std::string& message_id,
                              const std::string& recipient,
                              const invoicing::Trace& trace) const override;
  Result<std::string> render_html(const SalesReport& report) const override;
};

class MailDoor final : public MailTransport {
 public:
  explicit MailDoor(ProcessLine& line) : line_(line) {}

  Task<MailOutcome> send(const OutgoingMail& mail) override;

 private:
  ProcessLine& line_;
};

}  // namespace invoicing::simulation
