#include "codec/cursor.hpp"

#include <algorithm>

#include "codec/base64url.hpp"

namespace invoicing::codec {
namespace {

// The first byte names what the cursor belongs to, so that one list never takes another's.
constexpr char kInvoices = 1;
constexpr char kReports = 2;
constexpr char kActivity = 3;
constexpr std::size_t kNumberSize = 8;
constexpr std::size_t kIdSize = 12;
constexpr std::size_t kCheckSumSize = 8;

void append_number(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xFF);
}

std::int64_t read_number(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (const char byte : bytes.substr(0, kNumberSize)) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
  }
  return static_cast<std::int64_t>(bits);
}

void append_text(std::string& out, const std::optional<std::string>& text) {
  append_number(out, text ? static_cast<std::int64_t>(text->size()) : -1);
  if (text) out += *text;
}

void append_optional(std::string& out, const std::optional<std::int64_t>& number) {
  out += number ? '+' : '-';
  append_number(out, number.value_or(0));
}

std::optional<std::int64_t> count_of(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return instant->time_since_epoch().count();
}

/// Every filter and the order; neither the limit nor the position.
std::string describe(const InvoiceQuery& query) {
  std::string out;
  append_optional(out, count_of(query.from));
  append_optional(out, count_of(query.to));
  append_text(out, query.customer);
  append_text(out, query.reference);
  append_text(out, query.sku);
  append_text(out,
              query.currency ? std::optional<std::string>(query.currency->code()) : std::nullopt);
  append_number(out, query.status ? static_cast<std::int64_t>(*query.status) : -1);
  append_optional(out, query.min_minor);
  append_optional(out, query.max_minor);
  append_optional(out, count_of(query.recorded_since));
  append_number(out, static_cast<std::int64_t>(query.order));
  return out;
}

void append_id(std::string& out, const InvoiceId& id) {
  for (const std::uint8_t byte : id.bytes) out += static_cast<char>(byte);
}

InvoiceId read_invoice_id(std::string_view bytes) {
  InvoiceId id;
  std::transform(bytes.begin(), bytes.end(), id.bytes.begin(),
                 [](char byte) { return static_cast<std::uint8_t>(byte); });
  return id;
}

/// `content` with a check sum over it and over `context`, as text.
std::string seal(std::string content, std::string_view context) {
  const auto digest = sha256(content + std::string(context));
  for (std::size_t i = 0; i < kCheckSumSize; ++i) content += static_cast<char>(digest[i]);
  return to_base64url(content);
}

/// The content of a cursor of this kind and size; nothing unless seal made it with `context`.
std::optional<std::string> unseal(std::string_view text, char kind, std::size_t size,
                                  std::string_view context) {
  auto bytes = from_base64url(text.substr(0, 2 * (size + kCheckSumSize)));
  if (!bytes || bytes->size() != size + kCheckSumSize || bytes->front() != kind) {
    return std::nullopt;
  }
  bytes->resize(size);
  if (seal(*bytes, context) != text) return std::nullopt;
  return bytes;
}

Error invalid_cursor() {
  return Error(ErrorCode::invalid_cursor,
               "Take the cursor from Link as it stands there, with the same filters and order, or "
               "start without one.");
}

}  // namespace

std::string write_cursor(const InvoicePosition& position, const InvoiceQuery& query) {
  std::string content(1, kInvoices);
  append_number(content, position.key.time_since_epoch().count());
  append_id(content, position.id);
  return seal(std::move(content), describe(query));
}

Result<InvoicePosition> read_cursor(std::string_view text, const InvoiceQuery& query) {
  const auto content = unseal(text, kInvoices, 1 + kNumberSize + kIdSize, describe(query));
  if (!content) return invalid_cursor();
  InvoicePosition position;
  position.key = Instant{std::chrono::milliseconds{read_number(content->substr(1))}};
  position.id = read_invoice_id(std::string_view(*content).substr(1 + kNumberSize));
  return position;
}

std::string write_report_cursor(ReportNumber before) {
  std::string content(1, kReports);
  append_number(content, before);
  return seal(std::move(content), {});
}

Result<ReportNumber> read_report_cursor(std::string_view text) {
  const auto content = unseal(text, kReports, 1 + kNumberSize, {});
  if (!content) return invalid_cursor();
  return read_number(content->substr(1));
}

std::string write_activity_cursor(const ActivityPosition& position) {
  std::string content(1, kActivity);
  append_number(content, position.at.time_since_epoch().count());
  content += static_cast<char>(position.kind);
  append_id(content, position.id);
  return seal(std::move(content), {});
}

Result<ActivityPosition> read_activity_cursor(std::string_view text) {
  const auto content = unseal(text, kActivity, 1 + kNumberSize + 1 + kIdSize, {});
  if (!content) return invalid_cursor();
  ActivityPosition position;
  position.at = Instant{std::chrono::milliseconds{read_number(content->substr(1))}};
  position.kind = static_cast<ActivityKind>((*content)[1 + kNumberSize]);
  position.id = read_invoice_id(std::string_view(*content).substr(2 + kNumberSize));
  return position;
}

}  // namespace invoicing::codec
