#include "tests/simulation/model.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace invoicing::simulation {

namespace {

template <std::size_t N>
std::size_t place_of(const std::array<const char*, N>& names, std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::size_t number_in(const std::string& reference) {
  std::size_t number = 0;
  std::from_chars(reference.data() + 1, reference.data() + reference.size(), number);
  return number;
}

}  // namespace

bool Sum::add(const std::vector<CurrencyTotal>& figures) {
  for (const CurrencyTotal& total : figures) {
    const std::size_t place = place_of(kCurrencies, total.currency.code());
    if (place == kCurrencies.size()) return false;
    totals[place].invoices += total.invoices;
    totals[place].minor += static_cast<std::int64_t>(total.amount_minor);
    totals[place].voids += total.voids;
  }
  return true;
}

bool Sum::add(const Figures& figures) {
  if (!add(figures.totals)) return false;
  for (const SkuQuantity& quantity : figures.skus) {
    const std::size_t place = place_of(kSkus, quantity.sku);
    if (place == kSkus.size()) return false;
    milli[place] += static_cast<std::int64_t>(quantity.milli);
  }
  return true;
}

std::string Sum::show() const {
  std::string text;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (totals[i] == Total()) continue;
    text += std::string(text.empty() ? "" : ", ") + kCurrencies[i] + " " +
            std::to_string(totals[i].minor) + " in " + std::to_string(totals[i].invoices) +
            " (void " + std::to_string(totals[i].voids) + ")";
  }
  for (std::size_t i = 0; i < milli.size(); ++i) {
    if (milli[i] == 0) continue;
    text += std::string(text.empty() ? "" : ", ") + kSkus[i] + " " + std::to_string(milli[i]);
  }
  return text.empty() ? "nothing" : text;
}

std::size_t Model::add(Intent intent) {
  const std::size_t number = intents_.size();
  intent.request.invoice.reference = "R" + std::to_string(number);
  intents_.push_back(std::move(intent));
  return number;
}

void Model::inserted(const Invoice& invoice, const InsertOutcome& outcome) {
  if (outcome.result != InsertResult::created) return;
  ++sequence_;
  const std::size_t number = number_in(invoice.reference);
  trace_.expect(number < intents_.size(), [&] {
    return "an invoice was stored that no client asked for: " + invoice.reference;
  });
  if (number >= intents_.size()) return;
  Intent& intent = intents_[number];
  trace_.expect(intent.stored_at == 0, [&] {
    return "a retry made a second invoice of " + invoice.reference + ": " + invoice.id.to_hex();
  });
  Invoice wanted = intent.request.invoice;
  if (!intent.request.has_date) wanted.date = invoice.recorded_at;
  wanted.id = invoice.id;
  wanted.recorded_at = invoice.recorded_at;
  trace_.expect(wanted == invoice,
                [&] { return invoice.reference + " was stored with another content"; });
  intent.id = invoice.id;
  intent.date = wanted.date;
  intent.stored_at = sequence_;
  intent.document = outcome.document.json;
  by_id_[invoice.id] = number;
  trace_.note("store", [&] {
    return "took " + invoice.reference + " dated " + format_instant(intent.date) + ", change " +
           std::to_string(sequence_);
  });
}

void Model::voided(const InvoiceId& id, VoidResult result) {
  if (result != VoidResult::voided) return;
  ++sequence_;
  Intent* const intent = find(id);
  trace_.expect(intent != nullptr && intent->voided_at == 0,
                [&] { return "made void twice, or without being there: " + id.to_hex(); });
  if (intent == nullptr) return;
  intent->voided_at = sequence_;
  trace_.expect(intent->void_wanted, [&] {
    return intent->request.invoice.reference + " is void and nobody asked for it";
  });
  trace_.note("store", [&] {
    return "made " + intent->request.invoice.reference + " void, change " +
           std::to_string(sequence_);
  });
}

void Model::tampered(std::size_t number, std::int64_t minor) {
  intents_[number].request.invoice.amount.minor = minor;
}

void Model::crashed(std::int64_t process) {
  for (Intent& intent : intents_) {
    if (intent.under_way == process) intent.under_way = 0;
  }
}

void Model::told_created(std::size_t number, const InsertOutcome& outcome) {
  Intent& intent = intents_[number];
  const std::string& name = intent.request.invoice.reference;
  const bool created = outcome.result == InsertResult::created;
  trace_.expect(!created || !intent.created_answered,
                [&] { return "created was answered twice for " + name; });
  intent.created_answered = intent.created_answered || created;
  trace_.expect(intent.stored_at != 0,
                [&] { return name + " was acknowledged and is not stored"; });
  trace_.expect(outcome.document.json == intent.document && outcome.document.id == intent.id,
                [&] { return name + " was answered as it never was: " + outcome.document.json; });
  intent.acknowledged = true;
}

void Model::told_voided(std::size_t number, const VoidOutcome& outcome) {
  Intent& intent = intents_[number];
  const std::string& name = intent.request.invoice.reference;
  trace_.expect(intent.voided_at != 0,
                [&] { return "the void of " + name + " was acknowledged and is not stored"; });
  trace_.expect(outcome.document.status == InvoiceStatus::voided,
                [&] { return name + " is void and was answered as if it were not"; });
  intent.void_acknowledged = true;
}

std::vector<Sum> Model::sums(const std::vector<Instant>& ends, std::int64_t sequence) const {
  std::vector<Sum> sums(ends.size() + 1);
  for (const Intent& intent : intents_) {
    if (intent.stored_at == 0 || intent.stored_at > sequence) continue;
    const auto place = std::upper_bound(ends.begin(), ends.end(), intent.date) - ends.begin();
    Sum& sum = sums[static_cast<std::size_t>(place)];
    Sum::Total& total = sum.totals[intent.currency];
    if (intent.voided_at != 0 && intent.voided_at <= sequence) {
      ++total.voids;
      continue;
    }
    ++total.invoices;
    total.minor += intent.request.invoice.amount.minor;
    for (const auto& [sku, milli] : intent.lines) sum.milli[sku] += milli;
  }
  return sums;
}

std::size_t Model::unresolved() const {
  return static_cast<std::size_t>(std::ranges::count_if(intents_, [](const Intent& intent) {
    const bool wants_storing = intent.keyed() && !intent.acknowledged;
    const bool wants_voiding = intent.void_wanted && !intent.void_acknowledged;
    return wants_storing || wants_voiding || intent.under_way != 0;
  }));
}

Intent* Model::find(const InvoiceId& id) {
  const auto there = by_id_.find(id);
  return there == by_id_.end() ? nullptr : &intents_[there->second];
}

}  // namespace invoicing::simulation
