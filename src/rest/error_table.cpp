#include "rest/error_table.hpp"

#include <algorithm>
#include <array>

namespace invoicing::rest {

namespace {

constexpr auto kRows = std::to_array<ErrorRow>({
    {ErrorCode::malformed_json, "malformed_json", 400, "The body is not valid JSON",
     "The body is not one JSON object in UTF-8, is nested deeper than 32, or has a "
     "member twice. Correct the serializer.",
     0},
    {ErrorCode::validation_failed, "validation_failed", 400, "The input has faults",
     "Members are missing, unknown, or out of their range; `errors` names all of them."
     " Correct them all and send again.",
     0},
    {ErrorCode::invalid_parameter, "invalid_parameter", 400, "A parameter is not valid",
     "A query parameter, or the day in the path, is unknown, stands twice, or is out "
     "of its range; `errors` names them. Correct it.",
     0},
    {ErrorCode::invalid_header, "invalid_header", 400, "A header is not valid",
     "A header such as `Idempotency-Key` has a form that is not allowed; `errors` "
     "names it. Correct it.",
     0},
    {ErrorCode::invalid_id, "invalid_id", 400, "The id is not valid",
     "The id in the path is not 24 hex digits. Use the `id` of an answer as it stands "
     "there.",
     0},
    {ErrorCode::invalid_cursor, "invalid_cursor", 400, "The cursor is not valid",
     "The cursor was not made by this service, or for another filter or order. Take it"
     " from `Link` as it stands there, or start without one.",
     0},
    {ErrorCode::malformed_request, "malformed_request", 400, "The request is not valid HTTP",
     "The bytes are not valid HTTP/1.1, or could be read in two ways. Correct the "
     "client or the proxy before the service; the connection closes.",
     0},
    {ErrorCode::request_timeout, "request_timeout", 408, "The request took too long",
     "The request did not arrive in time. Send it again, faster; the connection "
     "closes.",
     0},
    {ErrorCode::unauthorized, "unauthorized", 401, "Who are you?",
     "There is no `Authorization: Bearer`, or its key is not known, was revoked, or has "
     "expired, or its token is not valid here. Send a key, which `keys create` makes, or a "
     "token that is valid.",
     0},
    {ErrorCode::insufficient_scope, "insufficient_scope", 403, "The key may not do this",
     "The key or token lacks the scope that `detail` names. Use one that has it.", 0},
    {ErrorCode::cross_site_request, "cross_site_request", 403, "The request comes from elsewhere",
     "Without a key a request of a browser that changes something has to come from the service's "
     "own page, and `Origin` names another place, or is not there beside a session's cookie. "
     "Programs send no `Origin`.",
     0},
    {ErrorCode::route_not_found, "route_not_found", 404, "No such path",
     "There is nothing at this path. `/openapi.yaml` lists all paths.", 0},
    {ErrorCode::invoice_not_found, "invoice_not_found", 404, "No such invoice",
     "No invoice has this id. Check the id, and that it belongs to this installation.", 0},
    {ErrorCode::report_not_found, "report_not_found", 404, "No such report",
     "No sealed report has this business day: it has not ended, or lies before the "
     "first one. `GET /reports` lists all, `GET /reports/current` shows the running "
     "day.",
     0},
    {ErrorCode::dead_letter_not_found, "dead_letter_not_found", 404, "No such dead letter",
     "No message with this id is dead: it was put back or dropped meanwhile, or never died."
     " `GET /dead-letters` lists them.",
     0},
    {ErrorCode::method_not_allowed, "method_not_allowed", 405, "The path lacks this method",
     "The path is there, this method is not. Use one of those in `Allow`.", 0},
    {ErrorCode::not_acceptable, "not_acceptable", 406, "No acceptable form",
     "The path has none of the forms that `Accept` takes; `detail` names those that it"
     " has. Nothing was done.",
     0},
    {ErrorCode::reference_taken, "reference_taken", 409, "The reference is taken",
     "Another invoice has this reference, and `UNIQUE_REFERENCE=true` forbids a second"
     " one. Look it up with `GET /invoices?reference=`; most often it is the same "
     "invoice.",
     0},
    {ErrorCode::delivery_under_way, "delivery_under_way", 409, "A delivery is under way",
     "The report still waits to go out, so it is not sent once more. Wait until its "
     "`delivery` is `done` or `dead`.",
     0},
    {ErrorCode::body_too_large, "body_too_large", 413, "The body is too large",
     "The body, or a line of an import, has more than 1 MB. Send many invoices through"
     " `POST /invoices/import`.",
     0},
    {ErrorCode::uri_too_long, "uri_too_long", 414, "The URI is too long",
     "The request target has more than 8 KB. Shorten the filters; the connection "
     "closes.",
     0},
    {ErrorCode::unsupported_media_type, "unsupported_media_type", 415,
     "The media type is not supported",
     "`Content-Type` is missing or another than the path takes, or there is a "
     "`Content-Encoding`. `detail` names the type to send.",
     0},
    {ErrorCode::unsupported_expectation, "unsupported_expectation", 417,
     "The expectation is not supported",
     "`Expect` asks for something other than `100-continue`. Leave the header out.", 0},
    {ErrorCode::idempotency_key_reused, "idempotency_key_reused", 422,
     "The idempotency key was used for another request",
     "The key has stored another invoice before; nothing was stored now. Send a new "
     "key for a new invoice.",
     0},
    {ErrorCode::header_too_large, "header_too_large", 431, "The header is too large",
     "The header block has more than 16 KB or 100 fields. Send less, cookies above "
     "all; the connection closes.",
     0},
    {ErrorCode::rate_limited, "rate_limited", 429, "Too many requests in this time",
     "The key or the address has sent more than its share; nothing was done. Retry after "
     "`Retry-After`; the `RateLimit` fields say what is left.",
     0},
    {ErrorCode::not_implemented, "not_implemented", 501, "Not implemented",
     "The server does not know this method. Use one that `Allow` lists for the path.", 0},
    {ErrorCode::http_version_not_supported, "http_version_not_supported", 505,
     "The HTTP version is not supported",
     "The request is neither HTTP/1.0 nor HTTP/1.1. Use HTTP/1.1.", 0},
    {ErrorCode::internal_error, "internal_error", 500, "Internal error",
     "A defect of the service; its log says more. Report it. A write may be repeated "
     "with the same `Idempotency-Key`.",
     0},
    {ErrorCode::storage_unavailable, "storage_unavailable", 503, "The storage is not available",
     "The storage does not answer; nothing was done. Retry after `Retry-After`.", 5},
    {ErrorCode::outcome_unknown, "outcome_unknown", 503, "The outcome is not known",
     "The write may or may not have happened. Retry after `Retry-After`: with the same"
     " `Idempotency-Key` the retry finds out and never doubles.",
     1},
    {ErrorCode::clock_skewed, "clock_skewed", 503, "The clock is wrong",
     "The clocks of the service and of its storage differ by more than "
     "`CLOCK_TOLERANCE`, so nothing is written. Retry later; the operator sets the "
     "clock right.",
     30},
    {ErrorCode::overloaded, "overloaded", 503, "Too many requests at once",
     "More requests than the service takes at once; nothing was done. Retry after "
     "`Retry-After`.",
     1},
    {ErrorCode::shutting_down, "shutting_down", 503, "The service is ending",
     "The process is ending; nothing was done. Retry on a new connection.", 1},
    {ErrorCode::storage_full, "storage_full", 507, "The storage is full",
     "No space left; nothing was done, and what was acknowledged is safe. Retry after "
     "`Retry-After`; the operator frees space.",
     10},
});

}  // namespace

std::span<const ErrorRow> error_table() {
  return kRows;
}

const ErrorRow& error_row(ErrorCode code) {
  const auto find = [](ErrorCode wanted) {
    return std::find_if(kRows.begin(), kRows.end(),
                        [wanted](const ErrorRow& row) { return row.code == wanted; });
  };
  // What clients never see reads as what it means to them.
  if (code == ErrorCode::books_not_open || code == ErrorCode::queue_unavailable) {
    return *find(ErrorCode::storage_unavailable);
  }
  const auto row = find(code);
  return row != kRows.end() ? *row : *find(ErrorCode::internal_error);
}

}  // namespace invoicing::rest
