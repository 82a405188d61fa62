#include "codec/hours_json.hpp"

#include "codec/json_writer.hpp"
#include "codec/report_parts.hpp"

namespace invoicing::codec {

namespace {

void append_day(std::string& out, const DayByHour& day) {
  out += R"({"businessDay":)";
  append_json_day(out, day.business_day);
  out += R"(,"from":)";
  append_json_instant(out, day.window.from);
  out += R"(,"to":)";
  append_json_instant(out, day.window.to);
  out += R"(,"soFar":)";
  append_totals(out, day.so_far);
  out += R"(,"hours":[)";
  for (const DayByHour::Hour& hour : day.hours) {
    if (out.back() != '[') out += ',';
    out += R"({"from":)";
    append_json_instant(out, hour.from);
    out += R"(,"totals":)";
    append_totals(out, hour.totals);
    out += '}';
  }
  out += "]}";
}

}  // namespace

std::string write_running_hours(const RunningDayByHour& running) {
  std::string out = R"({"generatedAt":)";
  append_json_instant(out, running.generated_at);
  out += R"(,"timeZone":)";
  append_json_string(out, running.time_zone);
  out += R"(,"currency":)";
  append_json_string(out, running.currency.code());
  out += R"(,"today":)";
  append_day(out, running.today);
  out += R"(,"previousDay":)";
  append_day(out, running.previous_day);
  out += R"(,"sameWeekdayLastWeek":)";
  append_day(out, running.same_weekday_last_week);
  out += '}';
  return out;
}

}  // namespace invoicing::codec
