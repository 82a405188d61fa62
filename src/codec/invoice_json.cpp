#include "codec/invoice_json.hpp"

#include "codec/json_tree.hpp"
#include "codec/json_writer.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

void append_items(std::string& out, const std::vector<Item>& items) {
  out += '[';
  for (const Item& item : items) {
    if (out.back() != '[') out += ',';
    out += R"({"sku":)";
    append_json_string(out, item.sku);
    out += R"(,"qt":)";
    append_decimal_shortest(out, item.qt.milli, kQuantityDigits);
    out += '}';
  }
  out += ']';
}

void append_metadata(std::string& out, const Metadata& metadata) {
  out += '{';
  for (const auto& [key, value] : metadata) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

void append_voiding(std::string& out, const Voiding& voiding) {
  out += R"(,"voidedAt":)";
  append_json_instant(out, voiding.at);
  out += R"(,"voidReason":)";
  append_json_string(out, voiding.reason);
  if (voiding.by.empty()) return;
  out += R"(,"voidedBy":)";
  append_json_string(out, voiding.by);
}

std::string write(const Invoice& invoice, const std::optional<Voiding>& voiding) {
  std::string out;
  out.reserve(320 + 40 * invoice.items.size());
  const std::string id = invoice.id.to_hex();
  out += R"({"id":")" + id + R"(","_id":")" + id + R"(","customer":)";
  append_json_string(out, invoice.customer);
  out += R"(,"amount":)";
  append_decimal(out, invoice.amount.minor, invoice.amount.currency.digits());
  out += R"(,"currency":")";
  out += invoice.amount.currency.code();
  out += R"(","reference":)";
  append_json_string(out, invoice.reference);
  out += R"(,"date":)";
  append_json_instant(out, invoice.date);
  out += R"(,"items":)";
  append_items(out, invoice.items);
  out += voiding ? R"(,"status":"void")" : R"(,"status":"issued")";
  out += R"(,"metadata":)";
  append_metadata(out, invoice.metadata);
  out += R"(,"recordedAt":)";
  append_json_instant(out, invoice.recorded_at);
  if (!invoice.created_by.empty()) {
    out += R"(,"createdBy":)";
    append_json_string(out, invoice.created_by);
  }
  if (voiding) append_voiding(out, *voiding);
  out += '}';
  return out;
}

/// Reads the members of a canonical document. Once one is missing or of another kind, ok() stays
/// false and the values mean nothing.
class DocumentReader {
 public:
  explicit DocumentReader(const JsonValue& object) : object_(object) {}

  std::string string(std::string_view key) {
    const auto member = get(key, JsonKind::string);
    return member ? std::string(member->text()) : std::string();
  }

  std::string optional_string(std::string_view key) {
    return object_.find(key) ? string(key) : std::string();
  }

  Instant instant(std::string_view key) {
    const auto instant = parse_rfc3339(string(key));
    if (!instant) failed(key);
    return instant.value_or(Instant{});
  }

  std::int64_t decimal(std::string_view key, int digits) {
    const auto member = get(key, JsonKind::number);
    if (!member) return 0;
    const ParsedDecimal parsed = parse_decimal(member->text(), digits);
    if (parsed.fault != DecimalFault::none) failed(key);
    return parsed.scaled;
  }

  std::optional<JsonValue> get(std::string_view key, JsonKind kind) {
    const auto member = object_.find(key);
    if (member && member->is(kind)) return member;
    failed(key);
    return std::nullopt;
  }

  void failed(std::string_view key) {
    if (failed_.empty()) failed_ = key;
  }
  bool ok() const { return failed_.empty(); }
  /// The first member that could not be read.
  const std::string& failed_member() const { return failed_; }

 private:
  JsonValue object_;
  std::string failed_;
};

Money read_amount(DocumentReader& in) {
  const auto currency = Currency::from_code(in.string("currency"));
  if (!currency) {
    in.failed("currency");
    return {};
  }
  return {in.decimal("amount", currency->digits()), *currency};
}

std::vector<Item> read_items(DocumentReader& in) {
  std::vector<Item> items;
  const auto array = in.get("items", JsonKind::array);
  if (!array) return items;
  for (const JsonValue& entry : *array) {
    DocumentReader item(entry);
    items.push_back({item.string("sku"), {item.decimal("qt", kQuantityDigits)}});
    if (!item.ok()) in.failed("items");
  }
  return items;
}

Metadata read_metadata(DocumentReader& in) {
  Metadata metadata;
  const auto object = in.get("metadata", JsonKind::object);
  if (!object) return metadata;
  for (const JsonValue& pair : *object) {
    if (!pair.is(JsonKind::string)) in.failed("metadata");
    metadata.emplace_back(pair.key(), pair.text());
  }
  return metadata;
}

}  // namespace

std::string write_invoice(const Invoice& invoice) {
  return write(invoice, invoice.voiding);
}

std::string write_invoice_at_creation(const Invoice& invoice) {
  return write(invoice, std::nullopt);
}

Result<Invoice> read_invoice(std::string_view json) {
  const auto root = thread_json_tree().read(json);
  if (!root) return Error(ErrorCode::stored_data_invalid, "a stored invoice is not valid JSON");
  DocumentReader in(*root);
  Invoice invoice;
  const auto id = InvoiceId::from_hex(in.string("id"));
  if (!id) in.failed("id");
  invoice.id = id.value_or(InvoiceId{});
  invoice.customer = in.string("customer");
  invoice.amount = read_amount(in);
  invoice.reference = in.string("reference");
  invoice.date = in.instant("date");
  invoice.items = read_items(in);
  invoice.metadata = read_metadata(in);
  invoice.recorded_at = in.instant("recordedAt");
  invoice.created_by = in.optional_string("createdBy");
  const std::string status = in.string("status");
  if (status == "void") {
    invoice.voiding =
        Voiding{in.instant("voidedAt"), in.string("voidReason"), in.optional_string("voidedBy")};
  } else if (status != "issued") {
    in.failed("status");
  }
  if (in.ok()) return invoice;
  return Error(ErrorCode::stored_data_invalid,
               "the member " + in.failed_member() + " of a stored invoice cannot be read");
}

}  // namespace invoicing::codec
