#include "sqlite/sales_ledger.hpp"

#include <optional>

#include "sqlite/engine.hpp"
#include "sqlite/sums.hpp"

namespace invoicing::sqlite {
namespace {

class Snapshot final : public SalesSnapshot {
 public:
  Snapshot(Engine& engine, std::unique_ptr<Connection> connection)
      : engine_(engine), connection_(std::move(connection)) {}

  ~Snapshot() override {
    transaction_.reset();
    if (failed_) {
      engine_.snapshots().forget(std::move(connection_));
    } else {
      engine_.snapshots().release(std::move(connection_));
    }
  }

  /// Throws SqlError.
  void begin(Instant now) {
    failed_ = true;
    transaction_.emplace(*connection_, "BEGIN");
    // The first read takes the snapshot; this one also says what is in it.
    auto rows = connection_->prepared("SELECT sequence FROM state").query();
    if (!rows.next()) throw SqlError(0, "table state is empty");
    mark_ = {.seen_until = now, .sequence = rows.integer(0)};
    failed_ = false;
  }

  ChangeMark mark() const override { return mark_; }

  Task<Result<Figures>> figures(Window window) override {
    auto read = [this, &window] { return sum_window(*connection_, window); };
    auto figures = co_await on_thread(std::move(read));
    co_return figures;
  }

  Task<Result<std::vector<CurrencyTotal>>> totals(Window window) override {
    auto read = [this, &window] { return sum_totals(*connection_, window); };
    auto totals = co_await on_thread(std::move(read));
    co_return totals;
  }

  Task<Result<Figures>> figures_from_invoices(Window window) override {
    auto read = [this, &window] { return sum_invoices(*connection_, window); };
    auto figures = co_await on_thread(std::move(read));
    co_return figures;
  }

  Task<Result<std::vector<Window>>> changed_since(const ChangeMark& mark,
                                                  std::vector<Window> windows) override {
    auto read = [this, &mark, &windows]() -> Result<std::vector<Window>> {
      return windows_changed_since(*connection_, mark, windows);
    };
    auto changed = co_await on_thread(std::move(read));
    co_return changed;
  }

 private:
  template <typename Read>
  Task<std::invoke_result_t<Read&>> on_thread(Read read) {
    auto job = [this, &read]() -> std::invoke_result_t<Read&> {
      try {
        return read();
      } catch (const SqlError& error) {
        failed_ = true;
        return error.to_error();
      }
    };
    auto outcome = co_await engine_.threads().run(std::move(job));
    co_return outcome;
  }

  Engine& engine_;
  std::unique_ptr<Connection> connection_;
  std::optional<Transaction> transaction_;
  ChangeMark mark_;
  bool failed_ = false;
};

}  // namespace

Task<Result<std::unique_ptr<SalesSnapshot>>> SqliteSalesLedger::snapshot(Instant now) {
  using Outcome = Result<std::unique_ptr<SalesSnapshot>>;
  auto open = [this, now]() -> Outcome {
    try {
      auto connection = engine_.snapshots().acquire();
      if (!connection) {
        return Error(ErrorCode::overloaded, "Too many reports are being computed at the moment.");
      }
      // Its destructor gives the connection back to the pool, whatever happens.
      auto snapshot = std::make_unique<Snapshot>(engine_, std::move(connection));
      snapshot->begin(now);
      return std::unique_ptr<SalesSnapshot>(std::move(snapshot));
    } catch (const SqlError& error) {
      return error.to_error();
    }
  };
  auto opened = co_await engine_.threads().run(std::move(open));
  co_return opened;
}

}  // namespace invoicing::sqlite
