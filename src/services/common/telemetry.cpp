#include "services/common/telemetry.hpp"

#include <optional>
#include <variant>

#include "ops/log.hpp"

namespace invoicing::services {

namespace log = ops::log;

namespace {

std::optional<std::string_view> known(std::string_view name) {
  return name.empty() ? std::nullopt : std::optional(name);
}

log::Field request_id(const Trace& trace) {
  return {"requestId", known(trace.request_id)};
}

log::Field trace_id(const Trace& trace) {
  return {"traceId", known(trace_id_of(trace.traceparent))};
}

}  // namespace

Telemetry::Telemetry(ops::Metrics& metrics)
    : metrics_(metrics),
      invoices_created_(metrics.counter("invoices_recorded_total",
                                        "Invoices taken, by POST and by import.",
                                        {{"outcome", "created"}})),
      invoices_replayed_(metrics.counter("invoices_recorded_total",
                                         "Invoices taken, by POST and by import.",
                                         {{"outcome", "replayed"}})),
      invoices_voided_(metrics.counter("invoices_voided_total", "Invoices made void.")),
      reports_sealed_(metrics.counter("reports_sealed_total", "Daily sales reports sealed.")),
      last_sealed_(metrics.gauge(
          "last_report_sealed_timestamp_seconds",
          "When the last report known to this process was sealed; 0 before the first.")),
      closings_failed_(metrics.counter("closings_failed_total",
                                       "Closings that could not be finished and are tried again.")),
      reports_published_(
          metrics.counter("reports_published_total", "Reports that the queue has taken.")),
      publishings_failed_(metrics.counter("reports_publish_failed_total",
                                          "Reports that the queue did not take, tried again.")),
      messages_dead_(metrics.counter("messages_dead_total", "Messages put to the dead letters.")),
      deliveries_interrupted_(metrics.counter(
          "deliveries_interrupted_total",
          "Times that the queue or the ledger failed while a mail was on its way.")) {
  mails("sent", MailReason::none);
}

void Telemetry::remember_sealed(Instant sealed_at) {
  last_sealed_.set(std::chrono::duration<double>(sealed_at.time_since_epoch()).count());
}

void Telemetry::observe(const Event& event) {
  std::visit([this](const auto& what) { note(what); }, event);
}

ops::Counter& Telemetry::mails(const std::string& outcome, MailReason reason) {
  return metrics_.counter("mails_total", "Mails by outcome of the try and its reason.",
                          {{"outcome", outcome}, {"reason", std::string(to_string(reason))}});
}

void Telemetry::note(const InvoiceRecorded& event) {
  (event.replayed ? invoices_replayed_ : invoices_created_).increment();
}

void Telemetry::note(const InvoiceVoided&) {
  invoices_voided_.increment();
}

void Telemetry::note(const ReportSealed& event) {
  reports_sealed_.increment();
  remember_sealed(event.sealed_at);
  log::info("report sealed", {{"number", event.number},
                              {"businessDay", format_day(event.business_day)},
                              {"corrections", event.corrections},
                              trace_id(event.trace)});
}

void Telemetry::note(const ClosingFailed& event) {
  closings_failed_.increment();
  log::error("closing failed, will be tried again", {{"reason", event.reason}});
}

void Telemetry::note(const ReportPublished& event) {
  reports_published_.increment();
  log::info("report published", {{"number", event.number},
                                 {"messageId", event.message_id},
                                 request_id(event.trace),
                                 trace_id(event.trace)});
}

void Telemetry::note(const PublishingFailed& event) {
  publishings_failed_.increment();
  log::warning("publishing failed, will be tried again", {{"number", event.number},
                                                          {"reason", event.reason},
                                                          request_id(event.trace),
                                                          trace_id(event.trace)});
}

void Telemetry::note(const MailSent& event) {
  mails("sent", MailReason::none).increment();
  log::info("mail sent", {{"messageId", event.message_id},
                          {"attempts", event.attempts},
                          request_id(event.trace),
                          trace_id(event.trace)});
}

void Telemetry::note(const MailDeferred& event) {
  mails("deferred", event.reason).increment();
  log::warning("mail not out yet, will be tried again",
               {{"messageId", event.message_id},
                {"reason", to_string(event.reason)},
                {"detail", event.detail},
                {"nextTryInSeconds", std::chrono::duration<double>(event.delay).count()},
                request_id(event.trace),
                trace_id(event.trace)});
}

void Telemetry::note(const MailRefused& event) {
  mails("refused", event.reason).increment();
  log::error("mail refused for good", {{"messageId", event.message_id},
                                       {"reason", to_string(event.reason)},
                                       {"detail", event.detail},
                                       request_id(event.trace),
                                       trace_id(event.trace)});
}

void Telemetry::note(const MailGivenUp& event) {
  mails("given_up", event.reason).increment();
  log::error("mail given up", {{"messageId", event.message_id},
                               {"reason", to_string(event.reason)},
                               {"detail", event.detail},
                               request_id(event.trace),
                               trace_id(event.trace)});
}

void Telemetry::note(const MessageDead& event) {
  messages_dead_.increment();
  log::error("message put to the dead letters", {{"messageId", event.message_id},
                                                 {"reason", event.reason},
                                                 request_id(event.trace),
                                                 trace_id(event.trace)});
}

void Telemetry::note(const DeliveryDone& event) {
  log::info("report delivered", {{"number", event.number},
                                 {"messageId", event.message_id},
                                 request_id(event.trace),
                                 trace_id(event.trace)});
}

void Telemetry::note(const DeliveryInterrupted& event) {
  deliveries_interrupted_.increment();
  log::warning("delivery interrupted, will be tried again", {{"messageId", event.message_id},
                                                             {"reason", event.reason},
                                                             request_id(event.trace),
                                                             trace_id(event.trace)});
}

void Telemetry::observe_request(const http::Observation& request) {
  ops::Histogram* seconds = nullptr;
  ops::Counter* count = nullptr;
  {
    const std::lock_guard lock(routes_mutex_);
    auto route = routes_.find(request.route);
    if (route == routes_.end()) {
      RouteSeries series;
      series.seconds = &metrics_.histogram(
          "http_request_duration_seconds", "Time from the request's head to the finished answer.",
          ops::latency_bounds(), {{"route", std::string(request.route)}});
      route = routes_.emplace(std::string(request.route), std::move(series)).first;
    }
    ops::Counter*& by_status = route->second.by_status[request.status];
    if (by_status == nullptr) {
      by_status = &metrics_.counter(
          "http_requests_total", "Requests by route and status.",
          {{"route", std::string(request.route)}, {"status", std::to_string(request.status)}});
    }
    seconds = route->second.seconds;
    count = by_status;
  }
  count->increment();
  seconds->observe(std::chrono::duration<double>(request.duration).count());
  log_request(request);
}

void Telemetry::log_request(const http::Observation& request) {
  if (!request.failure.empty()) {
    log::error("request failed", {{"route", request.route},
                                  {"method", http::to_string(request.method)},
                                  {"reason", request.failure},
                                  {"requestId", request.request_id},
                                  {"traceId", trace_id_of(request.traceparent)}});
  }
  if (!log::enabled(ops::LogLevel::info)) return;
  // To the microsecond: more digits would only be noise.
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(request.duration);
  const auto aborted = request.aborted ? std::optional(true) : std::nullopt;
  log::gather(ops::LogLevel::info, "request",
              {{"route", request.route},
               {"method", http::to_string(request.method)},
               {"status", request.status},
               {"milliseconds", static_cast<double>(spent.count()) / 1000},
               {"bytesIn", request.body_bytes_received},
               {"bytesOut", request.body_bytes_sent},
               {"aborted", aborted},
               {"requestId", request.request_id},
               {"traceId", trace_id_of(request.traceparent)}});
}

}  // namespace invoicing::services
