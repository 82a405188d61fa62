#include "app/report_chain.hpp"

namespace invoicing {

Task<Result<ChainEnd>> ReportChain::end() {
  auto end = co_await end_of(false);
  co_return end;
}

Task<Result<ChainEnd>> ReportChain::end_to_read() {
  auto end = co_await end_of(true);
  co_return end;
}

Task<Result<ChainEnd>> ReportChain::end_of(bool also_moved) {
  const auto books = co_await reports_.books();
  if (!books) co_return books.error();
  const bool is_moved = *books && (*books)->state == BooksState::moved;
  if (!*books || ((*books)->state != BooksState::open && !(is_moved && also_moved))) {
    co_return Error(ErrorCode::books_not_open,
                    "the books are not open: no first start yet, an import under way, or moved to "
                    "another store");
  }
  auto last = co_await reports_.last();
  if (!last) co_return last.error();
  if (!*last) co_return ChainEnd{0, (*books)->opening_day, (*books)->opening, {}, {}};
  const ReportHead& head = **last;
  co_return ChainEnd{head.number, head.business_day, head.window.to, head.mark, head.pending};
}

Task<Result<std::vector<SealedWindow>>> ReportChain::windows(ReportNumber last) {
  const auto books = co_await reports_.books();
  if (!books) co_return books.error();
  if (!*books) co_return Error(ErrorCode::books_not_open, "the books were never opened");
  std::vector<SealedWindow> windows;
  windows.push_back({0, std::nullopt, {kBeginningOfTime, (*books)->opening}});
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return heads.error();
  for (const ReportHead& head : *heads) {
    if (head.number > last) break;
    windows.push_back({head.number, head.business_day, head.window});
  }
  co_return windows;
}

std::vector<DueDay> due_days(const BusinessCalendar& calendar, const ChainEnd& end, Instant now,
                             std::size_t limit) {
  std::vector<DueDay> days;
  DueDay next = calendar.next_after(end.business_day, end.to);
  while (days.size() < limit && next.to <= now) {
    days.push_back(next);
    next = calendar.next_after(next.day, next.to);
  }
  return days;
}

}  // namespace invoicing
