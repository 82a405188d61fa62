#include "mongo/sales_ledger.hpp"

#include "mongo/engine.hpp"
#include "mongo/sums.hpp"

namespace invoicing::mongo {
namespace {

// Between a clock's reading and the write that it dates lies less than this, however the clocks of
// the services differ and however long a write was under way.
constexpr std::chrono::hours kOverlap{24};

class Snapshot final : public SalesSnapshot {
 public:
  Snapshot(Engine& engine, Instant now) : engine_(engine), mark_{now, 0} {}

  ChangeMark mark() const override { return mark_; }

  Task<Result<Figures>> figures(Window window) override {
    auto read = [&window](Session& session) { return sum_window(session, window); };
    auto figures = co_await engine_.run(Lane::slow, std::move(read));
    co_return figures;
  }

  Task<Result<std::vector<CurrencyTotal>>> totals(Window window) override {
    auto read = [&window](Session& session) { return sum_totals(session, window); };
    auto totals = co_await engine_.run(Lane::slow, std::move(read));
    co_return totals;
  }

  Task<Result<Figures>> figures_from_invoices(Window window) override {
    auto read = [&window](Session& session) { return sum_invoices(session, window); };
    auto figures = co_await engine_.run(Lane::slow, std::move(read));
    co_return figures;
  }

  Task<Result<std::vector<Window>>> changed_since(const ChangeMark& mark,
                                                  std::vector<Window> windows) override {
    auto read = [&mark, &windows](Session& session) -> Result<std::vector<Window>> {
      return windows_changed_since(session, mark.seen_until - kOverlap, windows);
    };
    auto changed = co_await engine_.run(Lane::slow, std::move(read));
    co_return changed;
  }

 private:
  Engine& engine_;
  const ChangeMark mark_;
};

}  // namespace

Task<Result<std::unique_ptr<SalesSnapshot>>> MongoSalesLedger::snapshot(Instant now) {
  co_return std::unique_ptr<SalesSnapshot>(std::make_unique<Snapshot>(engine_, now));
}

}  // namespace invoicing::mongo
