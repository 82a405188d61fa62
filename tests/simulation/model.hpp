#pragma once
// The books as they should be, kept by the simulation itself: what clients asked for, what the
// store has taken and in which order, and sums over it in plain arrays. It shares no arithmetic
// with the program under test.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/create_invoice.hpp"
#include "domain/figures.hpp"
#include "ports/invoice_store.hpp"
#include "tests/simulation/trace.hpp"

namespace invoicing::simulation {

inline constexpr std::array<const char*, 3> kCurrencies{"EUR", "JPY", "USD"};
inline constexpr std::array<const char*, 6> kSkus{"A", "B", "C", "D", "E", "F"};

/// Number, amount and voids by currency; quantity by SKU.
struct Sum {
  struct Total {
    std::int64_t invoices = 0;
    std::int64_t minor = 0;
    std::int64_t voids = 0;
    friend bool operator==(const Total&, const Total&) = default;
  };
  std::array<Total, kCurrencies.size()> totals{};
  std::array<std::int64_t, kSkus.size()> milli{};

  /// False when `figures` speak of a currency or SKU that was never sold.
  bool add(const Figures& figures);
  bool add(const std::vector<CurrencyTotal>& figures);
  bool is_zero() const { return *this == Sum(); }
  std::string show() const;
  friend bool operator==(const Sum&, const Sum&) = default;
};

/// What one client wants, until it knows that it has it.
struct Intent {
  NewInvoice request;
  std::size_t currency = 0;                                 ///< of kCurrencies
  std::vector<std::pair<std::size_t, std::int64_t>> lines;  ///< of kSkus, quantity in thousandths

  std::int64_t under_way = 0;     ///< the process that is at it; 0: nobody
  bool acknowledged = false;      ///< the client was told that it is stored
  bool created_answered = false;  ///< by the word created, which may come once
  bool void_wanted = false;
  bool void_acknowledged = false;

  // What the store has taken, noted at the moment it did.
  std::optional<InvoiceId> id;
  Instant date{};
  std::int64_t stored_at = 0;  ///< sequence number of the change; 0: not stored
  std::int64_t voided_at = 0;
  std::string document;  ///< as it was at creation

  bool keyed() const { return !request.idempotency_key.empty(); }
};

/// Not thread-safe.
class Model {
 public:
  explicit Model(Trace& trace) : trace_(trace) {}

  /// A new one; its reference names it from here on.
  std::size_t add(Intent intent);
  Intent& intent(std::size_t number) { return intents_[number]; }
  const std::vector<Intent>& intents() const { return intents_; }

  // The store's side, at the moment of the effect.
  void inserted(const Invoice& invoice, const InsertOutcome& outcome);
  void voided(const InvoiceId& id, VoidResult result);
  /// Somebody changed an amount behind the store's back.
  void tampered(std::size_t number, std::int64_t minor);

  /// A process died: nobody is at what it was at.
  void crashed(std::int64_t process);

  // The client's side, at the moment it is told.
  void told_created(std::size_t number, const InsertOutcome& outcome);
  void told_voided(std::size_t number, const VoidOutcome& outcome);

  /// Changes so far: the sequence number of the last one.
  std::int64_t sequence() const { return sequence_; }

  /// The sums after change number `sequence`: entry 0 over what is dated before ends[0], entry i
  /// from ends[i-1] to ends[i], the last one over what comes after.
  std::vector<Sum> sums(const std::vector<Instant>& ends, std::int64_t sequence) const;

  std::size_t unresolved() const;

 private:
  Intent* find(const InvoiceId& id);

  Trace& trace_;
  std::vector<Intent> intents_;
  std::map<InvoiceId, std::size_t> by_id_;
  std::int64_t sequence_ = 0;
};

}  // namespace invoicing::simulation
