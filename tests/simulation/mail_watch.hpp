#pragma once
// What must hold of outbox, queue, ledger and mailboxes, looked at whenever one of them changes.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/delivery_ledger.hpp"
#include "ports/mailer.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"
#include "tests/simulation/books_watch.hpp"
#include "tests/simulation/scheduler.hpp"
#include "tests/simulation/trace.hpp"

namespace invoicing::simulation {

/// One mailing of one recipient: the ledger's key.
using MailKey = std::pair<std::string, std::string>;

/// Not thread-safe.
class MailWatch {
 public:
  MailWatch(const BooksWatch& books, std::vector<std::string> recipients,
            std::chrono::hours give_up_after, Trace& trace)
      : books_(books),
        recipients_(std::move(recipients)),
        give_up_after_(give_up_after),
        trace_(trace) {}

  // Outbox.
  void marked_published(ReportNumber number, std::int64_t sends);
  void marked_done(ReportNumber number, std::int64_t sends);
  void resent(ReportNumber number, std::int64_t sends);

  // Queue.
  void published(const ReportMessage& message);
  void poisoned(const std::string& message_id) { poison_.insert(message_id); }
  void acknowledged(const std::string& message_id);
  void retried(const std::string& message_id, Instant now);
  void parked(const std::string& message_id);

  // Ledger.
  void claimed(ProcessId process, const MailKey& key);
  void settled(ProcessId process, const MailKey& key, DeliveryState state, Instant now);
  void settling_failed(ProcessId process, const MailKey& key);
  void reopened(const std::string& message_id);

  // The mail server.
  void offered(ProcessId process, const MailKey& key, const OutgoingMail& mail);
  void accepted(ProcessId process, const MailKey& key, bool answer_lost);
  void refused(ProcessId process, const MailKey& key);
  void put_off(ProcessId process, const MailKey& key, Instant now);

  // What excuses a second mail.
  void crashed(ProcessId process);
  void clock_set_forward();

  /// After rest: every report at every recipient.
  void check_all_mailed();

  std::int64_t mails() const { return mails_; }
  std::int64_t second_mails() const { return second_mails_; }

 private:
  struct Acceptance {
    ProcessId process = 0;
    bool settled = false;
    bool excused = false;  ///< nobody could know of it: a second mail is allowed
  };
  struct Claim {
    bool stale = false;  ///< the clock was set forward meanwhile: others may hold it too
    bool taken = false;  ///< the server has said yes, and the sender heard it
    bool refused = false;
    bool put_off = false;
    bool put_off_for_long = false;
    bool ended = false;  ///< settled; the call may be repeated, because its answer was lost
  };

  std::string message_id(ReportNumber number, std::int64_t sends) const;
  std::optional<DeliveryState> state(const MailKey& key) const;
  void expect_settled(const std::string& message_id, const char* what);
  bool may_give_up(const std::string& message_id, Instant now) const;
  void excuse(ProcessId process, const MailKey* only);

  const BooksWatch& books_;
  const std::vector<std::string> recipients_;
  const std::chrono::hours give_up_after_;
  Trace& trace_;
  std::map<ReportNumber, std::int64_t> sends_;
  std::map<ReportNumber, bool> done_;
  std::set<std::string> published_;
  std::set<std::string> poison_;
  std::map<std::string, Instant> failing_since_;
  std::map<MailKey, DeliveryState> ledger_;
  std::map<std::pair<ProcessId, MailKey>, Claim> claims_;
  std::map<MailKey, std::vector<Acceptance>> mailboxes_;
  std::int64_t mails_ = 0;
  std::int64_t second_mails_ = 0;
};

}  // namespace invoicing::simulation
