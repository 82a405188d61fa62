#pragma once
// Runs the query string of GET /invoices through its readers: what is taken is in range, the link
// to the next page asks for the same, and every refusal is an answer that a client can read.

#include <algorithm>
#include <string>
#include <string_view>

#include "codec/cursor.hpp"
#include "http/tokens.hpp"
#include "rest/invoice_query.hpp"
#include "rest/problem.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

inline void check_refusal(const Error& error) {
  require(error.code() == ErrorCode::invalid_parameter || error.code() == ErrorCode::invalid_cursor,
          "a query refused for itself");
  for (const Fault& fault : error.faults()) {
    require(!fault.code.empty() && !fault.detail.empty(), "a fault that says what to do");
  }
  const http::Response answer = rest::problem(error);
  require(answer.status == 400, "the client's fault");
  require(JsonOracle::accepts(std::get<std::string>(answer.body)), "a problem that is JSON");
}

inline bool same_filters(const InvoiceQuery& a, const InvoiceQuery& b) {
  return a.from == b.from && a.to == b.to && a.customer == b.customer &&
         a.reference == b.reference && a.sku == b.sku && a.currency == b.currency &&
         a.status == b.status && a.min_minor == b.min_minor && a.max_minor == b.max_minor &&
         a.recorded_since == b.recorded_since && a.order == b.order && a.limit == b.limit;
}

inline Result<InvoiceQuery> read_query(std::string_view text, bool streamed,
                                       std::vector<http::QueryParameter>& parameters) {
  http::Request request;
  request.query = text;
  auto read = rest::read_parameters(
      request, {"startDate", "endDate", "customer", "reference", "sku", "currency", "status",
                "minAmount", "maxAmount", "sort", "recordedSince", "limit", "cursor"});
  if (!read) return read.error();
  parameters = *std::move(read);
  const rest::InvoiceQueryOptions options{berlin(), Currency(), streamed};
  return rest::read_invoice_query(parameters, options);
}

inline void check_query(const InvoiceQuery& query) {
  require(!query.from || !query.to || *query.from < *query.to, "a window that is not empty");
  require(query.limit >= 1 && query.limit <= 1000, "a limit in range");
  for (const auto& amount : {query.min_minor, query.max_minor}) {
    require(!amount || (*amount >= 0 && *amount <= kMaxMinorUnits), "an amount in range");
    require(!amount || query.currency, "an amount with its currency");
  }
  require(!query.min_minor || !query.max_minor || *query.min_minor <= *query.max_minor,
          "amounts in order");
  for (const auto& text : {query.customer, query.reference, query.sku}) {
    require(!text || !text->empty(), "a text to look for");
  }
}

// What stands between the brackets of the Link field, as a client would follow it.
inline void check_next_link(const InvoiceQuery& query,
                            const std::vector<http::QueryParameter>& parameters) {
  InvoicePosition position;
  position.key = Instant{std::chrono::milliseconds{1'764'000'000'123}};
  const std::string link =
      rest::next_link("/invoices", parameters, codec::write_cursor(position, query));
  constexpr std::string_view kHead = "</invoices?";
  constexpr std::string_view kTail = ">; rel=\"next\"";
  require(link.starts_with(kHead) && link.ends_with(kTail), "a link as RFC 8288 has it");
  const std::string following =
      link.substr(kHead.size(), link.size() - kHead.size() - kTail.size());
  for (const char c : following) {
    require(c > ' ' && c < 0x7f && c != '>' && c != '"', "a link without a way out");
  }
  std::vector<http::QueryParameter> again;
  const auto next = read_query(following, false, again);
  require(next.has_value(), "a link that can be followed");
  require(same_filters(*next, query) && next->after == position, "the same query, one page on");
}

/// The first byte's lowest bit: a list or a stream. The rest is the query string.
inline void exercise_query(std::string_view bytes) {
  // The parser of requests lets no other bytes into a target.
  const auto clean = [](char c) { return c != ' ' && !http::is_control(c); };
  if (bytes.empty() || !std::all_of(bytes.begin() + 1, bytes.end(), clean)) return;
  const bool streamed = (bytes.front() & 1) != 0;
  std::vector<http::QueryParameter> parameters;
  const auto query = read_query(bytes.substr(1), streamed, parameters);
  if (!query) {
    check_refusal(query.error());
    return;
  }
  check_query(*query);
  if (!streamed) check_next_link(*query, parameters);
}

}  // namespace invoicing::fuzz
