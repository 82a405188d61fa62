#include "codec/fault_list.hpp"
#include "codec/invoice_json.hpp"
#include "codec/json_tree.hpp"
#include "codec/request_hash.hpp"
#include "codec/text_rules.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

std::string up_to(std::size_t count, std::string_view what) {
  return "Send at most " + std::to_string(count) + " " + std::string(what) + ".";
}

/// A line of text as customer, reference, sku and reason are; empty after a fault.
std::string read_line(FaultList& faults, const JsonValue& value, std::string pointer,
                      std::size_t max_characters) {
  if (!value.is(JsonKind::string)) {
    faults.add(std::move(pointer), "wrong_type", "Send a string.");
  } else if (has_control_character(value.text())) {
    faults.add(std::move(pointer), "control_character",
               "Leave out control characters such as line breaks and tabs.");
  } else if (is_blank(value.text())) {
    faults.add(std::move(pointer), "blank", "Send at least one character that is not a blank.");
  } else if (count_characters(value.text()) > max_characters) {
    faults.add(std::move(pointer), "too_long", up_to(max_characters, "characters"));
  } else {
    return std::string(value.text());
  }
  return {};
}

/// Reads one request; the faults of all members come together.
class RequestReader {
 public:
  RequestReader(const JsonValue& root, const InvoiceRequestOptions& options)
      : root_(root), options_(options) {}

  Result<InvoiceRequest> read() {
    note_members();
    read_required_line(customer_, "customer", kMaxCustomerChars, request_.invoice.customer);
    read_currency();
    read_amount();
    read_required_line(reference_, "reference", kMaxReferenceChars, request_.invoice.reference);
    read_items();
    read_date();
    read_metadata();
    read_idempotency_key();
    if (!faults_.empty()) return faults_.to_error();
    request_.invoice.request_hash =
        hash_request({request_.invoice, currency_.has_value(), instant_, local_});
    return std::move(request_);
  }

 private:
  void note_members() {
    for (const JsonValue& member : root_) {
      std::optional<JsonValue>* place = place_of(member.key());
      if (place == nullptr) {
        faults_.add("/" + escape_pointer_token(member.key()), "unknown_member",
                    "Leave this member out; `metadata` takes what is your own.");
      } else {
        *place = member;
      }
    }
  }

  std::optional<JsonValue>* place_of(std::string_view key) {
    if (key == "customer") return &customer_;
    if (key == "amount") return &amount_;
    if (key == "reference") return &reference_;
    if (key == "items") return &items_;
    if (key == "date") return &date_;
    if (key == "currency") return &currency_;
    if (key == "metadata") return &metadata_;
    if (key == "idempotencyKey" && options_.allow_idempotency_key) return &key_;
    return nullptr;
  }

  void read_required_line(const std::optional<JsonValue>& member, std::string_view name,
                          std::size_t max_characters, std::string& to) {
    std::string pointer = "/" + std::string(name);
    if (!member) {
      faults_.add(
          std::move(pointer), "required",
          "Add this member, a string of 1 to " + std::to_string(max_characters) + " characters.");
    } else {
      to = read_line(faults_, *member, std::move(pointer), max_characters);
    }
  }

  void read_currency() {
    request_.invoice.amount.currency = options_.default_currency;
    if (!currency_) return;
    if (!currency_->is(JsonKind::string)) {
      currency_valid_ = false;
      faults_.add("/currency", "wrong_type", "Send a string, or leave the member out.");
      return;
    }
    const auto currency = Currency::from_code(currency_->text());
    if (currency) {
      request_.invoice.amount.currency = *currency;
      return;
    }
    currency_valid_ = false;
    faults_.add("/currency", "unknown_currency",
                "Send the three capital letters of a currency of ISO 4217, such as EUR.");
  }

  void read_amount() {
    if (!amount_) {
      faults_.add("/amount", "required", "Add the amount, a number of 0 or more.");
      return;
    }
    if (!amount_->is(JsonKind::number)) {
      faults_.add("/amount", "wrong_type", "Send a number without quotes, such as 100.10.");
      return;
    }
    const Currency currency = request_.invoice.amount.currency;
    const ParsedDecimal amount = parse_decimal(amount_->text(), currency.digits());
    const bool is_zero = amount.fault == DecimalFault::none && amount.scaled == 0;
    if (amount_->text().front() == '-' && !is_zero) {
      faults_.add("/amount", "out_of_range", "Send 0 or more.");
    } else if (!currency_valid_) {
      return;  // how many digits it may have is not known
    } else if (amount.fault == DecimalFault::too_many_digits) {
      faults_.add("/amount", "too_many_digits", digits_sentence(currency));
    } else if (amount.fault != DecimalFault::none || amount.scaled > kMaxMinorUnits) {
      faults_.add("/amount", "out_of_range",
                  "Send at most " + format_decimal(kMaxMinorUnits, currency.digits()) + ".");
    } else {
      request_.invoice.amount.minor = amount.scaled;
    }
  }

  static std::string digits_sentence(const Currency& currency) {
    const std::string code(currency.code());
    if (currency.digits() == 0) return code + " has no fraction digits; send a whole number.";
    const std::string digits = std::to_string(currency.digits());
    return code + " has " + digits + " fraction digits; send at most " + digits + ".";
  }

  void read_items() {
    if (!items_) {
      faults_.add("/items", "required", "Add the items, an array of at least one {sku, qt}.");
      return;
    }
    if (!items_->is(JsonKind::array)) {
      faults_.add("/items", "wrong_type", "Send an array of {sku, qt}.");
      return;
    }
    const std::size_t count = items_->size();
    if (count == 0) faults_.add("/items", "too_few", "Add at least one item.");
    if (count > kMaxItems) {
      faults_.add("/items", "too_many", up_to(kMaxItems, "items"));
      return;
    }
    request_.invoice.items.reserve(count);
    for (const JsonValue& item : *items_) {
      read_item(item, "/items/" + std::to_string(request_.invoice.items.size()));
    }
  }

  void read_item(const JsonValue& value, const std::string& pointer) {
    Item& item = request_.invoice.items.emplace_back();
    if (!value.is(JsonKind::object)) {
      faults_.add(pointer, "wrong_type", "Send an object with sku and qt.");
      return;
    }
    bool has_sku = false;
    bool has_qt = false;
    for (const JsonValue& member : value) {
      if (member.key() == "sku") {
        has_sku = true;
        item.sku = read_line(faults_, member, pointer + "/sku", kMaxSkuChars);
      } else if (member.key() == "qt") {
        has_qt = true;
        item.qt = read_quantity(member, pointer + "/qt");
      } else {
        faults_.add(pointer + "/" + escape_pointer_token(member.key()), "unknown_member",
                    "Leave this member out; an item has sku and qt.");
      }
    }
    if (!has_sku) faults_.add(pointer + "/sku", "required", "Add the article, a string.");
    if (!has_qt) {
      faults_.add(pointer + "/qt", "required", "Add the quantity, a number more than 0.");
    }
  }

  Quantity read_quantity(const JsonValue& value, std::string pointer) {
    if (!value.is(JsonKind::number)) {
      faults_.add(std::move(pointer), "wrong_type", "Send a number without quotes, such as 1.5.");
      return {};
    }
    const ParsedDecimal parsed = parse_decimal(value.text(), kQuantityDigits);
    const bool not_positive =
        value.text().front() == '-' || (parsed.fault == DecimalFault::none && parsed.scaled == 0);
    if (not_positive) {
      faults_.add(std::move(pointer), "out_of_range", "Send a quantity more than 0.");
    } else if (parsed.fault == DecimalFault::too_many_digits) {
      faults_.add(std::move(pointer), "too_many_digits", "Send at most 3 fraction digits.");
    } else if (parsed.fault != DecimalFault::none || parsed.scaled > kMaxQuantityMilli) {
      faults_.add(std::move(pointer), "out_of_range", "Send a quantity of at most 1000000000.");
    } else {
      return {parsed.scaled};
    }
    return {};
  }

  void read_date() {
    if (!date_) return;
    if (!date_->is(JsonKind::string)) {
      faults_.add("/date", "wrong_type", "Send a string, or leave the member out for now.");
      return;
    }
    instant_ = parse_rfc3339(date_->text());
    if (const auto day = parse_day(date_->text())) local_ = LocalTime{*day, {}};
    if (!local_) local_ = parse_original_local_time(date_->text());
    if (!instant_ && !local_) {
      faults_.add("/date", "invalid_date",
                  "Send a date that exists, as 2025-01-30T12:00:02Z, 2025-01-30 or "
                  "2025/01/30 12:00:02.");
      return;
    }
    const Instant date = instant_ ? *instant_ : options_.calendar->to_instant(*local_);
    if (date < kFirstDate || date > kLastDate) {
      faults_.add("/date", "out_of_range", "Send a date from 1970-01-01 to 9999-12-31.");
    }
    request_.invoice.date = date;
    request_.has_date = true;
  }

  void read_metadata() {
    if (!metadata_) return;
    if (!metadata_->is(JsonKind::object)) {
      faults_.add("/metadata", "wrong_type", "Send an object of strings, or leave the member out.");
      return;
    }
    if (metadata_->size() > kMaxMetadataPairs) {
      faults_.add("/metadata", "too_many", up_to(kMaxMetadataPairs, "pairs"));
      return;
    }
    for (const JsonValue& pair : *metadata_) read_metadata_pair(pair);
  }

  void read_metadata_pair(const JsonValue& pair) {
    const std::string_view key = pair.key();
    const std::string pointer = "/metadata/" + escape_pointer_token(key);
    const std::size_t characters = count_characters(key);
    if (characters == 0 || characters > kMaxMetadataKeyChars || key.front() == '$' ||
        key.find('.') != std::string_view::npos || has_control_character(key)) {
      faults_.add(pointer, "invalid_key",
                  "Send a key of 1 to 40 characters that does not start with $ and holds neither "
                  "a point nor a control character.");
    }
    if (!pair.is(JsonKind::string)) {
      faults_.add(pointer, "wrong_type", "Send a string.");
    } else if (has_control_character(pair.text())) {
      faults_.add(pointer, "control_character",
                  "Leave out control characters such as line breaks and tabs.");
    } else if (count_characters(pair.text()) > kMaxMetadataValueChars) {
      faults_.add(pointer, "too_long", up_to(kMaxMetadataValueChars, "characters"));
    } else {
      request_.invoice.metadata.emplace_back(key, pair.text());
    }
  }

  void read_idempotency_key() {
    if (!key_) return;
    if (!key_->is(JsonKind::string)) {
      faults_.add("/idempotencyKey", "wrong_type", "Send a string, or leave the member out.");
    } else if (key_->text().size() > kMaxIdempotencyKeyChars || !is_visible_ascii(key_->text())) {
      faults_.add("/idempotencyKey", "invalid_key", "Send 1 to 200 visible ASCII characters.");
    } else {
      request_.idempotency_key = key_->text();
    }
  }

  JsonValue root_;
  const InvoiceRequestOptions& options_;
  FaultList faults_;
  InvoiceRequest request_;
  bool currency_valid_ = true;
  std::optional<Instant> instant_;
  std::optional<LocalTime> local_;

  // The members as they came; none where absent.
  std::optional<JsonValue> customer_;
  std::optional<JsonValue> amount_;
  std::optional<JsonValue> reference_;
  std::optional<JsonValue> items_;
  std::optional<JsonValue> date_;
  std::optional<JsonValue> currency_;
  std::optional<JsonValue> metadata_;
  std::optional<JsonValue> key_;
};

}  // namespace

Result<InvoiceRequest> read_invoice_request(std::string_view body,
                                            const InvoiceRequestOptions& options) {
  const auto root = thread_json_tree().read(body);
  if (!root) return root.error();
  return RequestReader(*root, options).read();
}

Result<std::string> read_void_request(std::string_view body) {
  const auto root = thread_json_tree().read(body);
  if (!root) return root.error();
  FaultList faults;
  std::string reason;
  for (const JsonValue& member : *root) {
    if (member.key() == "reason") {
      reason = read_line(faults, member, "/reason", kMaxVoidReasonChars);
    } else {
      faults.add("/" + escape_pointer_token(member.key()), "unknown_member",
                 "Leave this member out; send the reason alone.");
    }
  }
  if (!root->find("reason")) {
    faults.add("/reason", "required", "Add the reason, a string of 1 to 500 characters.");
  }
  if (!faults.empty()) return faults.to_error();
  return reason;
}

}  // namespace invoicing::codec
