#include "codec/json_tree.hpp"
#include "codec/report_json.hpp"
#include "codec/report_reader.hpp"

namespace invoicing::codec {
namespace {

constexpr std::string_view kPattern = "daily_sales_report";

Error not_a_report(std::string detail) {
  return Error(ErrorCode::validation_failed, std::move(detail));
}

/// The object that holds the report: `data` of the envelope, or the message itself.
Result<JsonValue> find_data(const JsonValue& root) {
  const auto pattern = root.find("pattern");
  if (!pattern) return root;
  // NestJS takes a pattern of either kind; in an object the word's place is the sender's choice.
  const bool known = pattern->is(JsonKind::object) ||
                     (pattern->is(JsonKind::string) && pattern->text() == kPattern);
  if (!known) return not_a_report("the message's pattern is not daily_sales_report");
  const auto data = root.find("data");
  if (!data || !data->is(JsonKind::object)) {
    return not_a_report("the message has no object in its member data");
  }
  return *data;
}

}  // namespace

Result<SalesReport> read_report(std::string_view json) {
  const auto root = thread_json_tree().read(json);
  if (!root) return Error(ErrorCode::stored_data_invalid, "a stored report is not valid JSON");
  auto report = read_report_data(*root);
  if (!report) {
    return Error(ErrorCode::stored_data_invalid, "in a stored report " + report.error().detail());
  }
  return report;
}

Result<SalesReport> read_report_message(std::string_view body, const Currency& original_currency) {
  const auto root = thread_json_tree().read(body);
  if (!root) return root.error();
  const auto data = find_data(*root);
  if (!data) return data.error();
  if (data->find("schema")) return read_report_data(*data);
  return read_original_report(*data, original_currency);
}

}  // namespace invoicing::codec
