// Which windows hold a late change: the second half of sums.hpp.
#include <algorithm>
#include <set>

#include "mongo/sums.hpp"

namespace invoicing::mongo {
namespace {

/// The two ways of changing, each with the index that answers it.
struct Change {
  const char* when;
  bool only_void;
};

constexpr Change kChanges[] = {{"recordedAt", false}, {"voidedAt", true}};

Document changed_in(const Change& change, Instant since, const Window& dates) {
  Document later;
  later.instant("$gt", since);
  Document range;
  range.instant("$gte", dates.from).instant("$lt", dates.to);
  Document filter;
  filter.document(change.when, later).document("date", range);
  if (change.only_void) filter.text("status", "void");
  return filter;
}

Document only_date() {
  Document fields;
  fields.small("_id", 0).small("date", 1);
  Document options;
  options.document("projection", fields);
  return options;
}

bool holds_change(Session& session, const Change& change, Instant since, const Window& dates) {
  return session
      .find_one(collections::kInvoices, Concern::majority, changed_in(change, since, dates),
                only_date())
      .has_value();
}

/// Notes the window of every date that has changed inside `dates`.
void collect(Session& session, const Change& change, Instant since, const Window& dates,
             const std::vector<Window>& windows, std::vector<bool>& changed) {
  session.find(collections::kInvoices, Concern::majority, changed_in(change, since, dates),
               only_date(), [&](const bson_t* row) {
                 const auto date = Reader(row).instant("date");
                 if (!date) return true;
                 const auto after = std::ranges::upper_bound(windows, *date, {}, &Window::from);
                 if (after == windows.begin()) return true;
                 const auto index = static_cast<std::size_t>(after - windows.begin()) - 1;
                 if (windows[index].contains(*date)) changed[index] = true;
                 return true;
               });
}

}  // namespace

std::vector<Window> windows_changed_since(Session& session, Instant since,
                                          const std::vector<Window>& windows) {
  std::vector<bool> changed(windows.size(), false);
  // Nearly everything of the last 24 hours is dated in the last window: one find settles it. Before
  // it, only what is late is left to look at.
  const std::size_t older = windows.empty() ? 0 : windows.size() - 1;
  for (const Change& change : kChanges) {
    if (windows.empty()) break;
    if (!changed[older]) {
      changed[older] = holds_change(session, change, since, windows.back());
    }
    if (older == 0) continue;
    const Window before{windows.front().from, windows[older - 1].to};
    collect(session, change, since, before, windows, changed);
  }
  std::vector<Window> found;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (changed[i]) found.push_back(windows[i]);
  }
  return found;
}

}  // namespace invoicing::mongo
