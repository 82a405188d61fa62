#pragma once
// Turns a sales report into what the templates of its mail show.

#include <span>
#include <string>
#include <string_view>

#include "domain/sales_report.hpp"
#include "mail/view.hpp"

namespace invoicing::mail {

/// How many SKUs stand in the mail itself; all stand in the attached CSV.
inline constexpr std::size_t kSkusInMail = 20;
/// Corrections that the mail spells out, and SKUs under each: a mail stays readable, and under the
/// 100 KB at which some mail programs cut.
inline constexpr std::size_t kCorrectionsInMail = 31;
inline constexpr std::size_t kSkusPerCorrection = 10;

/// What the view cannot take from the report.
struct ViewSurroundings {
  std::string public_url;  ///< without a slash at the end; empty: no links
  std::string chart_src;   ///< address of the picture; empty: no chart
  std::string chart_alt;   ///< the chart in words
  std::string csv_name;    ///< file name of the attachment; empty: none
};

/// A report of the NestJS original: total and quantities, no number, no window, no counts.
bool is_original(const SalesReport& report);

/// The business day; that of `generated_at` in UTC for a report of the original.
Day day_of(const SalesReport& report);

/// Every name of view_names() that belongs to a level is set on it.
View make_report_view(const SalesReport& report, const ViewSurroundings& surroundings);

/// All names that a template may use, sorted.
std::span<const std::string_view> view_names();

}  // namespace invoicing::mail
