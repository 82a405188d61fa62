#include "services/split/books_opener.hpp"

#include "app/open_books.hpp"
#include "ops/log.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

constexpr BackoffOptions kBackoff{std::chrono::milliseconds{50}, std::chrono::seconds{2}};

}  // namespace

BooksOpener::BooksOpener(Executor executor, ReportStore& reports, const BusinessCalendar& calendar,
                         Clock& clock, const MongoWatch& watch)
    : reports_(reports),
      calendar_(calendar),
      clock_(clock),
      watch_(watch),
      wakeup_(executor),
      backoff_(kBackoff, random_seed()) {}

void BooksOpener::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> BooksOpener::run() {
  for (std::int64_t attempt = 1; !stopping_.load(); ++attempt) {
    const auto opened = co_await try_once();
    if (opened) {
      open_.store(true);
      co_return;
    }
    bool news = false;
    {
      const std::lock_guard lock(mutex_);
      news = why_ != opened.error().detail();
      why_ = opened.error().detail();
    }
    // What the watch has found it has said itself.
    if (news && watch_.may_write()) {
      ops::log::warning("waiting for the books", {{"reason", opened.error().detail()}});
    }
    co_await wakeup_.wait(backoff_.after(attempt));
  }
}

Task<Result<void>> BooksOpener::try_once() {
  const auto allowed = watch_.may_write();
  if (!allowed) co_return allowed.error();
  const auto books = co_await open_books(reports_, calendar_, clock_);
  if (!books) co_return books.error();
  if (books->state == BooksState::open) co_return Result<void>();
  co_return Error(ErrorCode::books_not_open, books->state == BooksState::importing
                                                 ? "An import into this database has not ended."
                                                 : "These books were moved to another store.");
}

std::optional<rest::Missing> BooksOpener::missing() const {
  if (open_.load()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return rest::Missing{"books", why_};
}

}  // namespace invoicing::services
