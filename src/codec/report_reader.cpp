#include "codec/report_reader.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "codec/json_place.hpp"
#include "codec/text_rules.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

constexpr std::size_t kMaxZoneNameChars = 100;
constexpr std::string_view kTwice = "an entry stands twice in it";

/// Calls `read` with the place of each element of the array `key`.
template <typename Read>
void for_each_element(JsonPlaceReader& in, const JsonPlace& object, std::string_view key,
                      Read read) {
  const auto array = in.member(object, key, JsonKind::array);
  if (!array) return;
  std::size_t index = 0;
  for (const JsonValue& value : array->value()) {
    read(JsonPlace(value, *array, index++));
    if (!in.ok()) return;
  }
}

// An entry that stands twice is refused and not added up: sums of what a stranger sent could leave
// even 128 bits.
void read_totals(JsonPlaceReader& in, const JsonPlace& object, std::vector<CurrencyTotal>& totals) {
  constexpr std::int64_t kLeast = -kMaxCount;
  for_each_element(in, object, "totals", [&](const JsonPlace& entry) {
    const Currency currency = in.currency(entry, "currency");
    totals.push_back({currency, in.integer(entry, "invoices", kLeast),
                      in.figure(entry, "amount", currency.digits()),
                      in.integer(entry, "voids", kLeast)});
  });
  std::sort(totals.begin(), totals.end(),
            [](const auto& a, const auto& b) { return a.currency < b.currency; });
  const auto twice =
      std::adjacent_find(totals.begin(), totals.end(),
                         [](const auto& a, const auto& b) { return a.currency == b.currency; });
  if (twice != totals.end()) in.fail(object, "totals", kTwice);
}

void read_skus(JsonPlaceReader& in, const JsonPlace& object, std::string_view key,
               std::vector<SkuQuantity>& skus) {
  for_each_element(in, object, key, [&](const JsonPlace& entry) {
    skus.push_back({in.string(entry, "sku"), in.figure(entry, "qt", kQuantityDigits)});
  });
  std::sort(skus.begin(), skus.end(), [](const auto& a, const auto& b) { return a.sku < b.sku; });
  const auto twice = std::adjacent_find(
      skus.begin(), skus.end(), [](const auto& a, const auto& b) { return a.sku == b.sku; });
  if (twice != skus.end()) in.fail(object, key, kTwice);
}

Figures read_figures(JsonPlaceReader& in, const JsonPlace& object, std::string_view skus_key) {
  Figures figures;
  read_totals(in, object, figures.totals);
  read_skus(in, object, skus_key, figures.skus);
  if (!in.ok()) return {};
  return normalized(std::move(figures));
}

Correction read_correction(JsonPlaceReader& in, const JsonPlace& place) {
  Correction correction;
  correction.number = in.integer(place, "number", 0);
  if (in.nullable(place, "businessDay", JsonKind::string)) {
    correction.business_day = in.day(place, "businessDay");
  }
  if (in.nullable(place, "from", JsonKind::string)) correction.from = in.instant(place, "from");
  correction.to = in.instant(place, "to");
  correction.figures = read_figures(in, place, "skuQuantities");
  return correction;
}

ComparedDay read_compared(JsonPlaceReader& in, const JsonPlace& place) {
  ComparedDay day;
  day.number = in.integer(place, "number", 1);
  day.business_day = in.day(place, "businessDay");
  read_totals(in, place, day.totals);
  return day;
}

HistoryDay read_history_day(JsonPlaceReader& in, const JsonPlace& place) {
  HistoryDay day;
  day.business_day = in.day(place, "businessDay");
  if (in.nullable(place, "number", JsonKind::number)) day.report = read_compared(in, place);
  return day;
}

void read_comparisons(JsonPlaceReader& in, const JsonPlace& data, SalesReport& report) {
  const auto comparisons = in.member(data, "comparisons", JsonKind::object);
  if (!comparisons) return;
  if (const auto day = in.nullable(*comparisons, "previousDay", JsonKind::object)) {
    report.previous_day = read_compared(in, *day);
  }
  if (const auto day = in.nullable(*comparisons, "sameWeekdayLastWeek", JsonKind::object)) {
    report.same_weekday_last_week = read_compared(in, *day);
  }
}

bool is_cut_off(std::string_view text) {
  return parse_original_local_time("2000/01/01 " + std::string(text) + ":00").has_value();
}

void read_head(JsonPlaceReader& in, const JsonPlace& data, SalesReport& report) {
  report.number = in.integer(data, "number", 1);
  report.business_day = in.day(data, "businessDay");
  report.window = {in.instant(data, "from"), in.instant(data, "to")};
  if (report.window.from > report.window.to) in.fail(data, "to", "it is before `from`");
  report.time_zone = in.string(data, "timeZone");
  if (!is_visible_ascii(report.time_zone) || report.time_zone.size() > kMaxZoneNameChars) {
    in.fail(data, "timeZone", "it is not the name of a time zone");
  }
  report.cut_off = in.string(data, "cutOff");
  if (!is_cut_off(report.cut_off)) in.fail(data, "cutOff", "it is not a time as HH:MM");
  report.generated_at = in.instant(data, "generatedAt");
  report.currency = in.currency(data, "currency");
}

/// What only a sealed report has.
void read_seal(JsonPlaceReader& in, const JsonPlace& data, SalesReport& report) {
  const auto sealed = data.value().find("sealed");
  report.sealed = !sealed || !sealed->is(JsonKind::boolean) || sealed->text() == "true";
  if (!report.sealed) return;
  report.report_id = in.string(data, "reportId");
  // Mail headers derive from it.
  const auto id = InvoiceId::from_hex(report.report_id);
  if (!id || id->to_hex() != report.report_id) {
    in.fail(data, "reportId", "it does not have 24 lower-case hex digits");
  }
  report.mark.seen_until = in.instant(data, "seenUntil");
}

/// The number at `key` as a double that is rounded to `digits`; |value| <= kMaxCount.
std::int64_t read_rounded(JsonPlaceReader& in, const JsonPlace& object, std::string_view key,
                          int digits) {
  const auto place = in.member(object, key, JsonKind::number);
  if (!place) return 0;
  const std::string_view text = place->value().text();
  double value = 0;
  const bool held =
      std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
  const auto rounded = held ? round_double(value, digits) : std::nullopt;
  if (!rounded || *rounded > kMaxCount || *rounded < -kMaxCount) {
    in.fail(*place, "it is not a number in range");
    return 0;
  }
  return *rounded;
}

}  // namespace

Result<SalesReport> read_report_data(const JsonValue& value) {
  JsonPlaceReader in;
  const JsonPlace data(value);
  SalesReport report;
  if (in.integer(data, "schema", 1) != 1) in.fail(data, "schema", "only schema 1 is known");
  read_seal(in, data, report);
  read_head(in, data, report);
  report.figures = read_figures(in, data, "totalSkuQuantities");
  const Int128 total = in.figure(data, "totalSales", report.currency.digits());
  if (total != total_of(report.figures.totals, report.currency).amount_minor) {
    in.fail(data, "totalSales", "it is not what `totals` says");
  }
  for_each_element(in, data, "corrections", [&](const JsonPlace& entry) {
    report.corrections.push_back(read_correction(in, entry));
  });
  if (const auto opening = in.nullable(data, "openingBalance", JsonKind::object)) {
    report.opening_balance = read_correction(in, *opening);
  }
  for_each_element(in, data, "pending",
                   [&](const JsonPlace& entry) { report.pending.push_back(in.integer(entry, 0)); });
  read_comparisons(in, data, report);
  for_each_element(in, data, "history", [&](const JsonPlace& entry) {
    report.history.push_back(read_history_day(in, entry));
  });
  if (!in.ok()) return in.error();
  return report;
}

Result<SalesReport> read_original_report(const JsonValue& value, const Currency& currency) {
  JsonPlaceReader in;
  const JsonPlace data(value);
  SalesReport report;
  report.currency = currency;
  report.generated_at = in.instant(data, "generatedAt");
  report.window = {report.generated_at, report.generated_at};
  report.business_day =
      Day{std::chrono::floor<std::chrono::days>(report.generated_at.time_since_epoch())};
  report.figures.totals.push_back(
      {currency, 0, read_rounded(in, data, "totalSales", currency.digits()), 0});
  for_each_element(in, data, "totalSkuQuantities", [&](const JsonPlace& entry) {
    report.figures.skus.push_back(
        {in.string(entry, "sku"), read_rounded(in, entry, "qt", kQuantityDigits)});
  });
  if (!in.ok()) return in.error();
  report.figures = normalized(std::move(report.figures));
  return report;
}

}  // namespace invoicing::codec
