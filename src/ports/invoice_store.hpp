#pragma once
// The door to the stored invoices. Adapters: sqlite, memory (tests), later mongo. One contract
// suite (tests/contract) runs on each.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/invoice.hpp"
#include "domain/result.hpp"

namespace invoicing {

/// An invoice as the API shows it: the canonical JSON text of codec/invoice_json.hpp, kept beside
/// the fields so that a read is a point read and a write.
struct InvoiceDocument {
  InvoiceId id;
  std::string json;
  InvoiceStatus status = InvoiceStatus::issued;
};

enum class InsertResult {
  created,          ///< stored, durably
  replayed,         ///< the id was there with the same request hash: nothing was written
  clashed,          ///< the id was there with another request hash: nothing was written
  reference_taken,  ///< UNIQUE_REFERENCE is on and another invoice has this reference
};

struct InsertOutcome {
  InsertResult result = InsertResult::created;
  /// For created and replayed: the invoice as it was at creation, also when it is void by now.
  InvoiceDocument document;
};

enum class VoidResult { voided, already_void };

struct VoidOutcome {
  VoidResult result = VoidResult::voided;
  InvoiceDocument document;
};

enum class InvoiceOrder {
  by_date,             ///< date, then id
  by_date_descending,  ///< the exact reverse
  by_recorded_at,      ///< the order of arrival: recorded_at, then id
};

/// Where the next page starts: after this entry, in the query's order.
struct InvoicePosition {
  Instant key{};  ///< date, or recorded_at with by_recorded_at
  InvoiceId id;

  friend bool operator==(const InvoicePosition&, const InvoicePosition&) = default;
};

/// Every filter alone or together with any other; an absent one restricts nothing.
struct InvoiceQuery {
  std::optional<Instant> from;           ///< date >= from
  std::optional<Instant> to;             ///< date < to
  std::optional<std::string> customer;   ///< equal, byte for byte
  std::optional<std::string> reference;  ///< equal, byte for byte
  std::optional<std::string> sku;        ///< at least one item with this SKU
  std::optional<Currency> currency;
  std::optional<InvoiceStatus> status;
  std::optional<std::int64_t> min_minor;  ///< amount >= this; the caller sets `currency` with it
  std::optional<std::int64_t> max_minor;  ///< amount <= this; likewise
  std::optional<Instant> recorded_since;  ///< recorded_at >= this
  InvoiceOrder order = InvoiceOrder::by_date;
  std::optional<InvoicePosition> after;
  std::size_t limit = 100;  ///< 1 to 1000
};

struct InvoicePage {
  std::vector<InvoiceDocument> documents;  ///< may be fewer than the limit where they are large
  std::optional<InvoicePosition> next;     ///< there when more follow
};

/// Thread-safe. Every call resumes on the executor it was awaited on.
/// Errors of all calls: storage_unavailable (nothing was done, or a read failed; try again),
/// storage_full (nothing was done). Of writes also outcome_unknown: done or not, the retry with the
/// same id finds out.
class InvoiceStore {
 public:
  virtual ~InvoiceStore() = default;

  /// Stores the invoice unless its id is there. Resumes after the write is durable: fsynced, or
  /// majority and journal. `invoice.voiding` must be empty.
  virtual Task<Result<InsertOutcome>> insert(const Invoice& invoice) = 0;

  /// The same for many, in order; each stands for itself and has its own outcome. Cheaper than one
  /// by one. `invoices` must live until the call ends. At most 1000.
  virtual Task<std::vector<Result<InsertOutcome>>> insert_all(
      std::span<const Invoice> invoices) = 0;

  /// Nothing where no invoice has this id.
  virtual Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) = 0;

  /// Makes the invoice void, once; a later call changes nothing and says already_void with the
  /// document as the first call left it. Nothing where no invoice has this id. Durable on return.
  virtual Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                             const Voiding& voiding) = 0;

  /// One page. Any page costs what the first one does.
  virtual Task<Result<InvoicePage>> list(const InvoiceQuery& query) = 0;
};

}  // namespace invoicing
