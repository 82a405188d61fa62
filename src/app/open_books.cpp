#include "app/open_books.hpp"

namespace invoicing {

Task<Result<Books>> open_books(ReportStore& reports, const BusinessCalendar& calendar,
                               Clock& clock) {
  const Day running_day = calendar.day_of(clock.now());
  const Day opening_day = running_day - std::chrono::days{1};
  const Books books{BooksState::open, calendar.window_of(running_day).from, opening_day};
  auto opened = co_await reports.open_books(books);
  co_return opened;
}

}  // namespace invoicing
