#include "mongo/invoice_documents.hpp"

#include <algorithm>
#include <charconv>

#include "codec/invoice_json.hpp"
#include "domain/decimal.hpp"
#include "domain/int128.hpp"

namespace invoicing::mongo {
namespace {

/// The Double that the original reads.
double nearest_double(std::int64_t scaled, int digits) {
  const std::string text = format_decimal(scaled, digits);
  double nearest = 0;
  std::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

std::vector<Document> to_items(const std::vector<Item>& items) {
  std::vector<Document> entries;
  entries.reserve(items.size());
  for (const Item& item : items) {
    Document entry;
    entry.text("sku", item.sku)
        .number("qt", nearest_double(item.qt.milli, kQuantityDigits))
        .integer("qtMilli", item.qt.milli);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Pairs and not one member per key: a key may hold what the name of a BSON member may not.
std::vector<Document> to_pairs(const Metadata& metadata) {
  std::vector<Document> pairs;
  pairs.reserve(metadata.size());
  for (const auto& [key, value] : metadata) {
    Document pair;
    pair.text("key", key).text("value", value);
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Document& text_or_null(Document& document, std::string_view key, const std::string& value) {
  return value.empty() ? document.null(key) : document.text(key, value);
}

/// Reads members; the first fault is kept.
class DocumentReader {
 public:
  DocumentReader(const bson_t* document, const Currency& default_currency)
      : in_(document), default_currency_(default_currency) {}

  StoredInvoice read() {
    StoredInvoice stored;
    Invoice& invoice = stored.invoice;
    invoice.id = id();
    invoice.customer = in_.text_or_empty("customer");
    invoice.amount = amount();
    invoice.reference = in_.text_or_empty("reference");
    invoice.date = date();
    invoice.items = items();
    invoice.metadata = metadata();
    invoice.created_by = in_.text_or_empty("createdBy");
    const auto recorded_at = in_.instant("recordedAt");
    stored.is_adopted = recorded_at.has_value();
    invoice.recorded_at = recorded_at.value_or(time_of(invoice.id));
    if (in_.text("status") == "void") invoice.voiding = voiding(invoice.recorded_at);
    const auto hash = in_.binary("requestHash");
    stored.has_request_hash = hash && hash->size() == invoice.request_hash.bytes.size();
    if (stored.has_request_hash) std::ranges::copy(*hash, invoice.request_hash.bytes.begin());
    return stored;
  }

  const std::string& fault() const { return fault_; }

 private:
  void failed(std::string_view member) {
    if (fault_.empty()) fault_ = member;
  }

  InvoiceId id() {
    const auto id = in_.id("_id");
    if (!id) failed("_id");
    return id.value_or(InvoiceId{});
  }

  Money amount() {
    Money money{0, default_currency_};
    if (!in_.is_missing("currency")) {
      const auto code = in_.text("currency");
      const auto currency = Currency::from_code(code.value_or(std::string_view()));
      if (!currency) failed("currency");
      money.currency = currency.value_or(default_currency_);
    }
    const bool is_ours = !in_.is_missing("amountMinor");
    const char* const member = is_ours ? "amountMinor" : "amount";
    const auto value = in_.find(member);
    const auto minor =
        value ? scaled_number(*value, is_ours ? 0 : money.currency.digits(), kMaxMinorUnits)
              : std::nullopt;
    if (!minor) failed(member);
    money.minor = minor.value_or(0);
    return money;
  }

  Instant date() {
    const auto date = in_.instant("date");
    if (!date || *date < kFirstDate || *date > kLastDate) failed("date");
    return date.value_or(Instant{});
  }

  std::vector<Item> items() {
    std::vector<Item> items;
    if (in_.is_missing("items")) return items;
    const bool is_array = in_.each("items", [&](const Value& entry) {
      const bool is_document = with_document(entry, [&](const bson_t* document) {
        const Reader item(document);
        const char* const member = item.is_missing("qtMilli") ? "qt" : "qtMilli";
        const auto value = item.find(member);
        const int digits = item.is_missing("qtMilli") ? kQuantityDigits : 0;
        const auto milli = value ? scaled_number(*value, digits, kMaxQuantityMilli) : std::nullopt;
        const auto sku = item.text("sku");
        if (!milli || !sku) failed("items");
        items.push_back({std::string(sku.value_or(std::string_view())), {milli.value_or(0)}});
      });
      if (!is_document) failed("items");
    });
    if (!is_array) failed("items");
    return items;
  }

  Metadata metadata() {
    Metadata metadata;
    in_.each("metadata", [&](const Value& entry) {
      with_document(entry, [&](const bson_t* pair) {
        const Reader in(pair);
        metadata.emplace_back(in.text_or_empty("key"), in.text_or_empty("value"));
      });
    });
    return metadata;
  }

  Voiding voiding(Instant otherwise) {
    return {in_.instant("voidedAt").value_or(otherwise), in_.text_or_empty("voidReason"),
            in_.text_or_empty("voidedBy")};
  }

  /// An ObjectId begins with the second of its making.
  static Instant time_of(const InvoiceId& id) {
    std::uint32_t seconds = 0;
    for (std::size_t i = 0; i < 4; ++i) seconds = (seconds << 8) | id.bytes[i];
    return Instant(std::chrono::seconds(seconds));
  }

  Reader in_;
  const Currency& default_currency_;
  std::string fault_;
};

}  // namespace

Document to_document(const Invoice& invoice, bool unique_reference) {
  Document document;
  const Money& amount = invoice.amount;
  document.id("_id", invoice.id)
      .text("customer", invoice.customer)
      .number("amount", nearest_double(amount.minor, amount.currency.digits()))
      .integer("amountMinor", amount.minor)
      .text("currency", amount.currency.code())
      .text("reference", invoice.reference)
      .instant("date", invoice.date)
      .array("items", to_items(invoice.items))
      .text("status", invoice.voiding ? "void" : "issued")
      .array("metadata", to_pairs(invoice.metadata))
      .instant("recordedAt", invoice.recorded_at);
  text_or_null(document, "createdBy", invoice.created_by).all_of(void_members(invoice.voiding));
  const auto& hash = invoice.request_hash.bytes;
  document.binary("requestHash", hash.data(), hash.size());
  if (unique_reference) document.text("uniqueReference", invoice.reference);
  // The version key that mongoose expects.
  document.small("__v", 0);
  return document;
}

Document void_members(const std::optional<Voiding>& voiding) {
  Document members;
  if (!voiding) {
    members.null("voidedAt").null("voidedBy").null("voidReason");
    return members;
  }
  members.instant("voidedAt", voiding->at);
  text_or_null(members, "voidedBy", voiding->by).text("voidReason", voiding->reason);
  return members;
}

Result<StoredInvoice> from_document(const bson_t* document, const Currency& default_currency) {
  DocumentReader reader(document, default_currency);
  auto stored = reader.read();
  if (reader.fault().empty()) return stored;
  return Error(ErrorCode::stored_data_invalid,
               "the member " + reader.fault() + " of a stored invoice cannot be read");
}

InvoiceDocument to_answer(const Invoice& invoice) {
  return {invoice.id, codec::write_invoice(invoice), invoice.status()};
}

std::optional<std::int64_t> scaled_number(const Value& value, int digits, std::int64_t max) {
  std::optional<std::int64_t> scaled;
  if (BSON_ITER_HOLDS_DOUBLE(&value.at)) {
    scaled = round_double(bson_iter_double(&value.at), digits);
  } else if (BSON_ITER_HOLDS_INT32(&value.at) || BSON_ITER_HOLDS_INT64(&value.at)) {
    Int128 wide = bson_iter_as_int64(&value.at);
    for (int i = 0; i < digits; ++i) wide *= 10;
    if (wide <= max) scaled = static_cast<std::int64_t>(wide < 0 ? -1 : wide);
  }
  if (!scaled || *scaled < 0 || *scaled > max) return std::nullopt;
  return scaled;
}

}  // namespace invoicing::mongo
