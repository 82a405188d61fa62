#include "rest/invoice_query.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "codec/cursor.hpp"
#include "codec/text_rules.hpp"
#include "codec/utf8.hpp"
#include "domain/decimal.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

struct FilterDate {
  Instant first;  ///< the earliest instant that the text means
  Instant last;   ///< the latest: the end of the day of a date alone
};

std::optional<FilterDate> read_filter_date(std::string_view text,
                                           const BusinessCalendar& calendar) {
  std::optional<Instant> instant = parse_rfc3339(text);
  if (!instant) {
    if (const auto local = parse_original_local_time(text)) instant = calendar.to_instant(*local);
  }
  if (!instant) {
    const auto day = parse_day_clamped(text);
    if (!day) return std::nullopt;
    const Instant next_day = calendar.start_of_calendar_day(*day + std::chrono::days{1});
    return FilterDate{calendar.start_of_calendar_day(*day),
                      next_day - std::chrono::milliseconds{1}};
  }
  return FilterDate{*instant, *instant};
}

constexpr std::string_view kDateForms =
    "write a date as 2026-11-22, 2026-11-22T10:15:00Z or 2026/11/22 10:15:00";

// Reads one parameter after the other and keeps every fault.
class QueryReader {
 public:
  explicit QueryReader(const InvoiceQueryOptions& options) : options_(options) {}

  void read(const http::QueryParameter& parameter) {
    const std::string& name = parameter.name;
    const std::string& value = parameter.value;
    if (name == "startDate") read_start(value);
    if (name == "endDate") read_end(value);
    if (name == "customer") query_.customer = text(name, value, kMaxCustomerChars);
    if (name == "reference") query_.reference = text(name, value, kMaxReferenceChars);
    if (name == "sku") query_.sku = text(name, value, kMaxSkuChars);
    if (name == "currency") read_currency(value);
    if (name == "status") read_status(value);
    if (name == "minAmount") min_amount_ = value;
    if (name == "maxAmount") max_amount_ = value;
    if (name == "sort") read_sort(value);
    if (name == "recordedSince") read_recorded_since(value);
    if (name == "limit") read_limit_parameter(value);
    if (name == "cursor") read_cursor_parameter(value);
  }

  Result<InvoiceQuery> finish() {
    check_amounts();
    if (query_.from && query_.to && *query_.from >= *query_.to) {
      fault("startDate", "after_end", "startDate lies after endDate; exchange them");
    }
    if (query_.recorded_since && query_.order != InvoiceOrder::by_recorded_at) {
      fault("recordedSince", "needs_sort", "recordedSince needs sort=recordedAt beside it");
    }
    if (!faults_.empty()) {
      return Error(ErrorCode::invalid_parameter, "the query has faults; errors names each",
                   std::move(faults_));
    }
    if (cursor_) {
      const auto position = codec::read_cursor(*cursor_, query_);
      if (!position) return position.error();
      query_.after = *position;
    }
    return std::move(query_);
  }

 private:
  void fault(std::string name, std::string code, std::string detail) {
    faults_.push_back({std::move(name), std::move(code), std::move(detail)});
  }

  std::optional<std::string> text(const std::string& name, const std::string& value,
                                  std::size_t most) {
    const std::size_t length = codec::count_characters(value);
    if (length >= 1 && length <= most) return value;
    fault(name, "length", name + " has 1 to " + std::to_string(most) + " characters");
    return std::nullopt;
  }

  std::optional<FilterDate> date(const std::string& name, const std::string& value) {
    const auto read = read_filter_date(value, options_.calendar);
    if (!read) fault(name, "not_a_date", std::string(kDateForms));
    return read;
  }

  void read_start(const std::string& value) {
    if (const auto read = date("startDate", value)) query_.from = read->first;
  }

  void read_end(const std::string& value) {
    if (const auto read = date("endDate", value)) {
      query_.to = read->last + std::chrono::milliseconds{1};
    }
  }

  void read_recorded_since(const std::string& value) {
    if (const auto read = date("recordedSince", value)) query_.recorded_since = read->first;
  }

  void read_currency(const std::string& value) {
    query_.currency = Currency::from_code(value);
    if (!query_.currency) {
      fault("currency", "unknown_currency", "currency is an ISO 4217 code in upper case, as USD");
    }
  }

  void read_status(const std::string& value) {
    if (value == "issued") query_.status = InvoiceStatus::issued;
    if (value == "void") query_.status = InvoiceStatus::voided;
    if (!query_.status) fault("status", "unknown_value", "status is issued or void");
  }

  void read_sort(const std::string& value) {
    if (value == "date") return;
    if (value == "-date") {
      query_.order = InvoiceOrder::by_date_descending;
    } else if (value == "recordedAt") {
      query_.order = InvoiceOrder::by_recorded_at;
    } else {
      fault("sort", "unknown_value", "sort is date, -date or recordedAt");
    }
  }

  void read_limit_parameter(const std::string& value) {
    if (options_.streamed) {
      fault("limit", "not_with_stream", "NDJSON and CSV hold everything; leave limit out");
      return;
    }
    const auto limit = read_limit(value);
    if (limit) {
      query_.limit = *limit;
    } else {
      for (Fault& fault : limit.error().faults()) faults_.push_back(std::move(fault));
    }
  }

  void read_cursor_parameter(const std::string& value) {
    if (options_.streamed) {
      fault("cursor", "not_with_stream", "NDJSON and CSV hold everything; leave cursor out");
    } else {
      cursor_ = value;
    }
  }

  // After all parameters are known, because the currency decides the digits.
  void check_amounts() {
    if (!min_amount_ && !max_amount_) return;
    if (!query_.currency) query_.currency = options_.default_currency;
    query_.min_minor = amount("minAmount", min_amount_);
    query_.max_minor = amount("maxAmount", max_amount_);
    if (query_.min_minor && query_.max_minor && *query_.min_minor > *query_.max_minor) {
      fault("minAmount", "after_max", "minAmount is larger than maxAmount; exchange them");
    }
  }

  std::optional<std::int64_t> amount(const std::string& name,
                                     const std::optional<std::string>& value) {
    if (!value) return std::nullopt;
    const int digits = query_.currency->digits();
    const ParsedDecimal parsed = parse_decimal(*value, digits);
    if (parsed.fault == DecimalFault::none && parsed.scaled >= 0 &&
        parsed.scaled <= kMaxMinorUnits) {
      return parsed.scaled;
    }
    fault(name, "not_an_amount",
          name + " is a number from 0 on with at most " + std::to_string(digits) +
              " fraction digits (" + std::string(query_.currency->code()) + ")");
    return std::nullopt;
  }

  const InvoiceQueryOptions& options_;
  InvoiceQuery query_;
  std::vector<Fault> faults_;
  std::optional<std::string> min_amount_;
  std::optional<std::string> max_amount_;
  std::optional<std::string> cursor_;
};

}  // namespace

Result<std::vector<http::QueryParameter>> read_parameters(
    const http::Request& request, std::initializer_list<std::string_view> known) {
  auto parameters = http::parse_query(request.query);
  if (!parameters) return parameters.error();
  std::vector<Fault> faults;
  for (auto it = parameters->begin(); it != parameters->end(); ++it) {
    if (std::find(known.begin(), known.end(), it->name) == known.end()) {
      std::string detail = "there is no such parameter here";
      for (const std::string_view name : known) {
        detail += (name == *known.begin() ? "; there are " : ", ") + std::string(name);
      }
      faults.push_back({it->name, "unknown", std::move(detail)});
    } else if (std::any_of(parameters->begin(), it,
                           [&](const auto& other) { return other.name == it->name; })) {
      faults.push_back({it->name, "repeated", "the parameter stands twice; send it once"});
    } else if (!codec::is_utf8(it->value)) {
      faults.push_back({it->name, "not_utf8", "the value is not valid UTF-8"});
    }
  }
  if (faults.empty()) return parameters;
  return Error(ErrorCode::invalid_parameter, "the query has faults; errors names each",
               std::move(faults));
}

Result<InvoiceQuery> read_invoice_query(const std::vector<http::QueryParameter>& parameters,
                                        const InvoiceQueryOptions& options) {
  QueryReader reader(options);
  for (const http::QueryParameter& parameter : parameters) reader.read(parameter);
  return reader.finish();
}

Result<std::size_t> read_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() && limit >= 1 &&
      limit <= 1000) {
    return limit;
  }
  return parameter_error("limit", "out_of_range", "limit is a whole number from 1 to 1000");
}

std::string next_link(std::string_view path, const std::vector<http::QueryParameter>& parameters,
                      std::string_view cursor) {
  std::string link = "<" + std::string(path) + "?";
  for (const http::QueryParameter& parameter : parameters) {
    if (parameter.name == "cursor") continue;
    link +=
        http::percent_encode(parameter.name) + "=" + http::percent_encode(parameter.value) + "&";
  }
  link += "cursor=" + std::string(cursor) + ">; rel=\"next\"";
  return link;
}

}  // namespace invoicing::rest
