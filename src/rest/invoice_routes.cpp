#include "rest/invoice_routes.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/cursor.hpp"
#include "codec/invoice_json.hpp"
#include "rest/invoice_export.hpp"
#include "rest/invoice_import.hpp"
#include "rest/invoice_query.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"
#include "rest/write_admission.hpp"

namespace invoicing::rest {

namespace {

std::string etag_of(const InvoiceDocument& document) {
  // An invoice changes once in its life, so its state is its version.
  return '"' + document.id.to_hex() + (document.status == InvoiceStatus::issued ? "-1\"" : "-2\"");
}

http::Response document_response(unsigned status, InvoiceDocument document) {
  http::Response response{.status = status, .content_type = kJson};
  response.add_header("ETag", etag_of(document));
  response.body = std::move(document.json);
  return response;
}

Result<std::string> read_idempotency_key(const http::Request& request) {
  const auto values = request.header_values("Idempotency-Key");
  if (values.empty()) return std::string();
  const std::string_view key = values.front();
  const bool visible =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= '!' && c <= '~'; });
  if (values.size() == 1 && visible && !key.empty() && key.size() <= kMaxIdempotencyKeyChars) {
    return std::string(key);
  }
  const std::string detail =
      "send one Idempotency-Key of 1 to 200 visible ASCII characters, best a random UUID";
  return Error(ErrorCode::invalid_header, detail, {{"Idempotency-Key", "malformed", detail}});
}

Result<InvoiceId> read_id(const http::Request& request) {
  const auto id = InvoiceId::from_hex(request.path_parameter("id"));
  if (id) return *id;
  return Error(ErrorCode::invalid_id, "an invoice id has 24 hex digits; take it from an answer");
}

class InvoiceRoutes {
 public:
  explicit InvoiceRoutes(const InvoiceDoors& doors) : doors_(doors) {}

  Task<http::Response> create(http::Request& request, http::BodyReader& reader, Caller caller) {
    const auto checked = check_write(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto key = read_idempotency_key(request);
    if (!key) co_return problem(key.error());
    const auto body = co_await reader.read_all();
    if (!body) co_return problem(body.error());
    const auto place = admit(request);
    if (!place) co_return problem(too_many_writes());
    auto read = codec::read_invoice_request(
        *body, {.calendar = &doors_.calendar, .default_currency = doors_.default_currency});
    if (!read) co_return problem(read.error());

    NewInvoice wanted{std::move(read->invoice), read->has_date, caller->owner, *key};
    wanted.invoice.created_by = caller->id;
    auto outcome = co_await doors_.create.create(std::move(wanted));
    if (!outcome) co_return problem(outcome.error());
    const bool replayed = outcome->result == InsertResult::replayed;
    doors_.observer.observe(InvoiceRecorded{replayed});
    std::string location = "/invoices/" + outcome->document.id.to_hex();
    http::Response response = document_response(201, std::move(outcome->document));
    response.add_header("Location", std::move(location));
    if (replayed) response.add_header("Idempotent-Replayed", "true");
    co_return response;
  }

  Task<http::Response> find(http::Request& request, http::BodyReader&, Caller) const {
    const auto type = choose_type(request, {kJson});
    if (!type) co_return problem(type.error());
    if (!request.query.empty()) {
      const auto parameters = read_parameters(request, {});
      if (!parameters) co_return problem(parameters.error());
    }
    const auto id = read_id(request);
    if (!id) co_return problem(id.error());
    auto document = co_await doors_.store.find(*id);
    if (!document) co_return problem(document.error());
    if (!*document) {
      co_return problem(
          Error(ErrorCode::invoice_not_found, "no invoice has the id " + id->to_hex()));
    }
    const std::string etag = etag_of(**document);
    if (matches_etag(request, etag)) co_return not_modified(etag);
    co_return document_response(200, std::move(**document));
  }

  Task<http::Response> list(http::Request& request, http::BodyReader&, Caller) const {
    const auto type = choose_type(request, {kJson, kNdjson, kCsv});
    if (!type) co_return problem(type.error());
    const auto parameters = read_parameters(
        request, {"startDate", "endDate", "customer", "reference", "sku", "currency", "status",
                  "minAmount", "maxAmount", "sort", "recordedSince", "limit", "cursor"});
    if (!parameters) co_return problem(parameters.error());
    const InvoiceQueryOptions options{doors_.calendar, doors_.default_currency, *type != kJson};
    const auto query = read_invoice_query(*parameters, options);
    if (!query) co_return problem(query.error());

    http::Response response{.status = 200, .content_type = *type};
    response.add_header("Vary", "Accept");
    if (*type != kJson) {
      response.body =
          *type == kCsv ? export_csv(doors_.store, *query) : export_ndjson(doors_.store, *query);
      co_return response;
    }
    const auto page = co_await doors_.store.list(*query);
    if (!page) co_return problem(page.error());
    if (page->next) {
      const std::string cursor = codec::write_cursor(*page->next, *query);
      response.add_header("Link", next_link("/invoices", *parameters, cursor));
    }
    std::string body = "[";
    for (const InvoiceDocument& document : page->documents) {
      if (body.size() > 1) body += ',';
      body += document.json;
    }
    body += ']';
    response.body = std::move(body);
    co_return response;
  }

  Task<http::Response> make_void(http::Request& request, http::BodyReader& reader, Caller caller) {
    const auto checked = check_write(request, kJson);
    if (!checked) co_return problem(checked.error());
    const auto id = read_id(request);
    if (!id) co_return problem(id.error());
    const auto body = co_await reader.read_all();
    if (!body) co_return problem(body.error());
    const auto place = admit(request);
    if (!place) co_return problem(too_many_writes());
    const auto reason = codec::read_void_request(*body);
    if (!reason) co_return problem(reason.error());
    auto outcome = co_await doors_.make_void.make_void(*id, *reason, caller->id);
    if (!outcome) co_return problem(outcome.error());
    if (outcome->result == VoidResult::voided) doors_.observer.observe(InvoiceVoided{});
    co_return document_response(200, std::move(outcome->document));
  }

  Task<http::Response> import(http::Request& request, http::BodyReader& reader,
                              Caller caller) const {
    const auto checked = check_write(request, kNdjson);
    if (!checked) co_return problem(checked.error());
    // An import by nobody in particular tells nothing that its invoices do not.
    if (!caller->id.empty()) {
      const auto recorded =
          co_await doors_.activity.record(ActivityKind::import_started, {}, caller->id);
      if (!recorded) co_return problem(recorded.error());
    }
    http::Response response{.status = 200, .content_type = kNdjson};
    response.body = import_invoices({doors_.create, doors_.observer, std::move(caller)},
                                    {.calendar = &doors_.calendar,
                                     .default_currency = doors_.default_currency,
                                     .allow_idempotency_key = true},
                                    reader);
    co_return response;
  }

 private:
  // Before anything is written: an answer that the client cannot take would hide what was done.
  static Result<void> check_write(const http::Request& request, std::string_view type) {
    const auto chosen = choose_type(request, {type});
    if (!chosen) return chosen.error();
    const auto parameters = read_parameters(request, {});
    if (!parameters) return parameters.error();
    return require_content_type(request, type);
  }

  std::optional<WriteAdmission::Place> admit(const http::Request& request) {
    const bool behind = request.thread_lag > doors_.lag_max;
    return writes_.admit(behind ? doors_.writes_max_behind : doors_.writes_max);
  }

  static Error too_many_writes() {
    return Error(ErrorCode::overloaded, "Too many writes are under way; try again shortly.");
  }

  InvoiceDoors doors_;
  WriteAdmission writes_;
};

}  // namespace

void add_invoice_routes(http::Router& router, const InvoiceDoors& doors) {
  const auto routes = std::make_shared<InvoiceRoutes>(doors);
  const auto handler = [&routes, &doors](Scope scope, auto method) {
    return doors.authentication.require(
        scope, [routes, method](http::Request& request, http::BodyReader& reader, Caller caller) {
          return ((*routes).*method)(request, reader, std::move(caller));
        });
  };
  router.add({.method = http::Method::post,
              .pattern = "/invoices",
              .name = "create_invoice",
              .handler = handler(Scope::invoices_write, &InvoiceRoutes::create)});
  router.add({.method = http::Method::get,
              .pattern = "/invoices",
              .name = "list_invoices",
              .handler = handler(Scope::invoices_read, &InvoiceRoutes::list)});
  router.add({.method = http::Method::post,
              .pattern = "/invoices/import",
              .name = "import_invoices",
              .handler = handler(Scope::invoices_write, &InvoiceRoutes::import),
              .streaming_body = true});
  router.add({.method = http::Method::get,
              .pattern = "/invoices/{id}",
              .name = "get_invoice",
              .handler = handler(Scope::invoices_read, &InvoiceRoutes::find)});
  router.add({.method = http::Method::post,
              .pattern = "/invoices/{id}/void",
              .name = "void_invoice",
              .handler = handler(Scope::invoices_write, &InvoiceRoutes::make_void)});
}

}  // namespace invoicing::rest
