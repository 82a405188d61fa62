#pragma once
// What happened becomes log lines and metrics, here and nowhere else.

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "http/server.hpp"
#include "ops/metrics.hpp"
#include "ports/mailer.hpp"
#include "ports/observer.hpp"

namespace invoicing::services {

/// Thread-safe. `metrics` outlives the object.
class Telemetry final : public Observer {
 public:
  explicit Telemetry(ops::Metrics& metrics);

  void observe(const Event& event) override;

  /// A report that stood sealed when this process began, so that its time outlives a restart.
  void remember_sealed(Instant sealed_at);

  /// One finished request: counters by route and status, latencies, a line at info that is
  /// gathered (log::gather), and one at error with what an exception said.
  void observe_request(const http::Observation& request);

 private:
  struct RouteSeries {
    ops::Histogram* seconds = nullptr;
    std::map<unsigned, ops::Counter*> by_status;
  };

  void note(const InvoiceRecorded& event);
  void note(const InvoiceVoided& event);
  void note(const ReportSealed& event);
  void note(const ClosingFailed& event);
  void note(const ReportPublished& event);
  void note(const PublishingFailed& event);
  void note(const MailSent& event);
  void note(const MailDeferred& event);
  void note(const MailRefused& event);
  void note(const MailGivenUp& event);
  void note(const MessageDead& event);
  void note(const DeliveryDone& event);
  void note(const DeliveryInterrupted& event);

  static void log_request(const http::Observation& request);
  ops::Counter& mails(const std::string& outcome, MailReason reason);

  ops::Metrics& metrics_;
  ops::Counter& invoices_created_;
  ops::Counter& invoices_replayed_;
  ops::Counter& invoices_voided_;
  ops::Counter& reports_sealed_;
  ops::Gauge& last_sealed_;
  ops::Counter& closings_failed_;
  ops::Counter& reports_published_;
  ops::Counter& publishings_failed_;
  ops::Counter& messages_dead_;
  ops::Counter& deliveries_interrupted_;

  std::mutex routes_mutex_;
  std::map<std::string, RouteSeries, std::less<>> routes_;  // guarded by routes_mutex_
};

}  // namespace invoicing::services
