#pragma once
// What must hold of the chain of reports, looked at whenever the store takes one.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/sales_report.hpp"
#include "ports/report_store.hpp"
#include "tests/simulation/model.hpp"
#include "tests/simulation/trace.hpp"

namespace invoicing::simulation {

/// Who seals, as far as the promises depend on it.
struct Sealer {
  const BusinessCalendar& calendar;
  Instant latest_wall{};  ///< the latest that its clock can have shown so far
  bool refuses = false;   ///< Backlog::refuse, and nothing sealed by this call yet
  Instant call_began{};   ///< its clock when the call began; only where no clock was set since
};

/// Not thread-safe.
class BooksWatch {
 public:
  BooksWatch(const Model& model, Trace& trace) : model_(model), trace_(trace) {}

  /// Small reports: corrections may wait for the next one.
  void allow_pending() { pending_allowed_ = true; }

  void opened(const Books& asked, const Books& stands, Instant now,
              const BusinessCalendar& calendar);
  void sealed(const SalesReport& report, const Sealer& sealer);

  std::int64_t reports() const { return static_cast<std::int64_t>(sealed_.size()); }
  const std::vector<SalesReport>& all() const { return sealed_; }
  const std::optional<Books>& books() const { return books_; }
  /// The ends of all windows: the opening, then one for each report.
  const std::vector<Instant>& ends() const { return ends_; }
  /// What reports say of window `number`.
  const Sum& reported(std::size_t number) const { return reported_[number]; }
  Sum reported_in_all() const;
  /// The number of the report with this id; nothing when there is none.
  std::optional<ReportNumber> number_of(const std::string& report_id) const;
  /// An invoice was changed behind the store's back: the next report need not know.
  void damage(std::size_t window) { damaged_.insert(window); }
  void repair() { damaged_.clear(); }

  /// What `audit` or a preview should have said, given the state at change `sequence`.
  std::vector<Sum> invoiced(std::int64_t sequence) const { return model_.sums(ends_, sequence); }

 private:
  void check_chain(const SalesReport& report, const Sealer& sealer);
  void check_day(const SalesReport& report, const Sealer& sealer);
  void check_sums(const SalesReport& report);
  void check_comparisons(const SalesReport& report);
  void check_compared(const SalesReport& report, const std::optional<ComparedDay>& day,
                      std::optional<ReportNumber> number, const char* what);

  const Model& model_;
  Trace& trace_;
  bool pending_allowed_ = false;
  std::optional<Books> books_;
  std::vector<SalesReport> sealed_;
  std::vector<Instant> ends_;
  std::vector<Sum> reported_;
  std::map<Day, ReportNumber> by_day_;
  std::map<std::string, ReportNumber> by_id_;
  std::set<std::size_t> damaged_;
};

}  // namespace invoicing::simulation
