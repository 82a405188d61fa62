#include "rest/report_routes.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "codec/cursor.hpp"
#include "codec/delivery_json.hpp"
#include "codec/hours_json.hpp"
#include "codec/report_json.hpp"
#include "domain/hex.hpp"
#include "rest/invoice_query.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"
#include "rest/request_trace.hpp"

namespace invoicing::rest {

namespace {

std::string_view state_text(DeliveryProgress progress) {
  switch (progress) {
    case DeliveryProgress::sealed:
      return "sealed";
    case DeliveryProgress::published:
      return "published";
    case DeliveryProgress::done:
      return "done";
    case DeliveryProgress::dead:
      return "dead";
  }
  return "sealed";
}

std::string_view state_text(DeliveryState state) {
  switch (state) {
    case DeliveryState::waiting:
      return "waiting";
    case DeliveryState::sent:
      return "sent";
    case DeliveryState::refused:
      return "refused";
    case DeliveryState::dropped:
      return "dropped";
  }
  return "waiting";
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

codec::DeliveryView view_of(const DeliveryStatus& status) {
  codec::DeliveryView view;
  view.state = state_text(status.progress);
  view.message_id = status.outbox.message_id();
  view.sends = status.outbox.sends;
  view.attempts = status.outbox.attempts;
  view.last_error = unless_empty(status.last_error);
  view.sealed_at = status.outbox.sealed_at;
  view.published_at = status.outbox.published_at;
  view.done_at = status.outbox.done_at;
  for (const Delivery& delivery : status.recipients) {
    const bool sent = delivery.state == DeliveryState::sent;
    view.recipients.push_back({delivery.recipient, std::string(state_text(delivery.state)),
                               delivery.attempts, unless_empty(delivery.last_error),
                               sent ? delivery.settled_at : std::nullopt});
  }
  return view;
}

std::string content_etag(std::string_view body) {
  const auto hash = sha256(body);
  return '"' + to_hex(std::span(hash).first(16)) + '"';
}

// Reports are read a few at a time, because one may have 8 MB.
constexpr std::size_t kReadAtOnce = 8;

class ReportRoutes {
 public:
  explicit ReportRoutes(const ReportDoors& doors) : doors_(doors) {}

  Task<http::Response> list(http::Request& request, http::BodyReader&, Caller) const {
    const auto type = choose_type(request, {kJson});
    if (!type) co_return problem(type.error());
    const auto parameters = read_parameters(request, {"limit", "cursor"});
    if (!parameters) co_return problem(parameters.error());
    std::size_t limit = 100;
    ReportNumber before = std::numeric_limits<ReportNumber>::max();
    for (const http::QueryParameter& parameter : *parameters) {
      if (parameter.name == "limit") {
        const auto read = read_limit(parameter.value);
        if (!read) co_return problem(read.error());
        limit = *read;
      } else {
        const auto read = codec::read_report_cursor(parameter.value);
        if (!read) co_return problem(read.error());
        before = *read;
      }
    }

    std::string body = "[";
    std::size_t written = 0;
    while (written < limit && before > 1) {
      const std::size_t wanted = std::min(limit - written, kReadAtOnce);
      const auto reports = co_await doors_.reports.list(before, wanted);
      if (!reports) co_return problem(reports.error());
      if (reports->empty()) break;
      for (const SalesReport& report : *reports) {
        const auto status = co_await doors_.delivery.status(report.number);
        if (!status) co_return problem(status.error());
        if (body.size() > 1) body += ',';
        body += codec::write_report_summary(report, state_text(status->progress));
        before = report.number;
      }
      written += reports->size();
    }
    body += ']';
    http::Response response{.status = 200, .content_type = kJson, .body = std::move(body)};
    // Numbers have no gaps, so there is a next page exactly while the last number is above 1.
    if (written == limit && before > 1) {
      response.add_header("Link",
                          next_link("/reports", *parameters, codec::write_report_cursor(before)));
    }
    co_return response;
  }

  Task<http::Response> current(http::Request& request, http::BodyReader&, Caller) const {
    const auto checked = check(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto report = co_await doors_.preview.running_day();
    if (!report) co_return problem(report.error());
    co_return http::Response{
        .status = 200, .content_type = kJson, .body = codec::write_report(*report)};
  }

  Task<http::Response> hours(http::Request& request, http::BodyReader&, Caller) const {
    const auto checked = check(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto running = co_await doors_.by_hour.running_day();
    if (!running) co_return problem(running.error());
    co_return http::Response{
        .status = 200, .content_type = kJson, .body = codec::write_running_hours(*running)};
  }

  Task<http::Response> find(http::Request& request, http::BodyReader&, Caller) const {
    const auto checked = check(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto report = co_await report_of(request);
    if (!report) co_return problem(report.error());
    const auto status = co_await doors_.delivery.status(report->number);
    if (!status) co_return problem(status.error());
    std::string body = codec::write_stored_report(*report, view_of(*status));
    const std::string etag = content_etag(body);
    if (matches_etag(request, etag)) co_return not_modified(etag);
    http::Response response{.status = 200, .content_type = kJson, .body = std::move(body)};
    response.add_header("ETag", etag);
    co_return response;
  }

  Task<http::Response> mail(http::Request& request, http::BodyReader&, Caller) const {
    const auto checked = check(request, kHtml);
    if (!checked) co_return problem(checked.error());
    const auto report = co_await report_of(request);
    if (!report) co_return problem(report.error());
    auto html = doors_.mail.render_html(*report);
    if (!html) co_return problem(html.error());
    http::Response response{.status = 200, .content_type = kHtml, .body = std::move(*html)};
    // The page carries its styles and its chart; nothing else may load or run, whatever a SKU says.
    response.add_header("Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    response.add_header("X-Content-Type-Options", "nosniff");
    co_return response;
  }

  Task<http::Response> resend(http::Request& request, http::BodyReader&, Caller caller) const {
    const auto checked = check(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto report = co_await report_of(request);
    if (!report) co_return problem(report.error());
    const auto recorded = co_await doors_.activity.record(
        ActivityKind::report_resend_requested, format_day(report->business_day), caller->id);
    if (!recorded) co_return problem(recorded.error());
    const auto status = co_await doors_.delivery.resend(report->number, trace_of(request));
    if (!status) co_return problem(status.error());
    doors_.on_resend();
    co_return http::Response{
        .status = 202, .content_type = kJson, .body = codec::write_delivery(view_of(*status))};
  }

 private:
  static Result<void> check(const http::Request& request, std::string_view type) {
    const auto chosen = choose_type(request, {type});
    if (!chosen) return chosen.error();
    const auto parameters = read_parameters(request, {});
    if (!parameters) return parameters.error();
    return {};
  }

  Task<Result<SalesReport>> report_of(const http::Request& request) const {
    const std::string_view text = request.path_parameter("businessDay");
    const auto day = parse_day(text);
    if (!day) {
      co_return parameter_error("businessDay", "not_a_day",
                                "name a business day as 2026-11-22; it must exist");
    }
    auto report = co_await doors_.reports.find(*day);
    if (!report) co_return report.error();
    if (!*report) {
      co_return Error(ErrorCode::report_not_found,
                      "no report is sealed for business day " + format_day(*day));
    }
    co_return std::move(**report);
  }

  ReportDoors doors_;
};

}  // namespace

void add_report_routes(http::Router& router, const ReportDoors& doors) {
  const auto routes = std::make_shared<const ReportRoutes>(doors);
  const auto handler = [&routes, &doors](Scope scope, auto method) {
    return doors.authentication.require(
        scope, [routes, method](http::Request& request, http::BodyReader& reader, Caller caller) {
          return ((*routes).*method)(request, reader, std::move(caller));
        });
  };
  router.add({.method = http::Method::get,
              .pattern = "/reports",
              .name = "list_reports",
              .handler = handler(Scope::reports_read, &ReportRoutes::list)});
  router.add({.method = http::Method::get,
              .pattern = "/reports/current",
              .name = "get_current_report",
              .handler = handler(Scope::reports_read, &ReportRoutes::current)});
  router.add({.method = http::Method::get,
              .pattern = "/reports/current/hours",
              .name = "get_current_hours",
              .handler = handler(Scope::reports_read, &ReportRoutes::hours)});
  router.add({.method = http::Method::get,
              .pattern = "/reports/{businessDay}",
              .name = "get_report",
              .handler = handler(Scope::reports_read, &ReportRoutes::find)});
  router.add({.method = http::Method::get,
              .pattern = "/reports/{businessDay}/mail",
              .name = "get_report_mail",
              .handler = handler(Scope::reports_read, &ReportRoutes::mail)});
  router.add({.method = http::Method::post,
              .pattern = "/reports/{businessDay}/resend",
              .name = "resend_report",
              .handler = handler(Scope::reports_manage, &ReportRoutes::resend)});
}

}  // namespace invoicing::rest
