#include "mongo/adoption.hpp"

#include "mongo/engine.hpp"
#include "mongo/invoice_documents.hpp"

namespace invoicing::mongo {
namespace {

constexpr std::size_t kBatch = 500;
constexpr std::size_t kExamplesMax = 20;

/// Members that are copied into the filter, so that the update happens only while they are as they
/// were when they were read.
constexpr const char* kReadMembers[] = {"amount", "date", "items"};

void require_as_read(Document& filter, const Reader& in, const char* member) {
  if (const auto value = in.find(member)) {
    filter.value(member, *value);
  } else {
    filter.null(member);  // matches what is missing
  }
}

/// The update that adopts a document, which is known to be readable.
Session::Update adopting(const bson_t* document, const Invoice& invoice, Instant now) {
  const Reader in(document);
  Session::Update each;
  each.filter.id("_id", invoice.id).null("recordedAt");
  for (const char* member : kReadMembers) require_as_read(each.filter, in, member);
  Document fields;
  fields.instant("recordedAt", now);
  const auto add_missing = [&](const char* member, const auto& add) {
    if (!in.is_missing(member)) return;
    each.filter.null(member);
    add();
  };
  add_missing("amountMinor", [&] { fields.integer("amountMinor", invoice.amount.minor); });
  add_missing("currency", [&] { fields.text("currency", invoice.amount.currency.code()); });
  add_missing("status", [&] { fields.text("status", "issued"); });
  for (std::size_t i = 0; i < invoice.items.size(); ++i) {
    fields.integer("items." + std::to_string(i) + ".qtMilli", invoice.items[i].qt.milli);
  }
  each.update.document("$set", fields);
  return each;
}

std::string name_of(const bson_t* document, const Error& error) {
  const auto id = Reader(document).id("_id");
  return (id ? id->to_hex() : std::string("an _id that is no ObjectId")) + ": " + error.detail();
}

class AdoptionRun {
 public:
  AdoptionRun(Session& session, Engine& engine, Instant now)
      : session_(session), engine_(engine), now_(now) {}

  AdoptionResult run() {
    Document filter;
    filter.null("recordedAt");
    session_.find(collections::kInvoices, Concern::majority, filter, {}, [this](const bson_t* row) {
      take(row);
      return true;
    });
    write();
    return std::move(result_);
  }

 private:
  void take(const bson_t* row) {
    const auto stored = from_document(row, engine_.options().default_currency);
    if (!stored) {
      ++result_.left;
      engine_.count_unreadable();
      if (result_.examples.size() < kExamplesMax) {
        result_.examples.push_back(name_of(row, stored.error()));
      }
      return;
    }
    batch_.push_back(adopting(row, stored->invoice, now_));
    if (batch_.size() == kBatch) write();
  }

  void write() {
    const auto adopted = session_.update_each(collections::kInvoices, batch_);
    result_.adopted += adopted;
    engine_.count_adopted(adopted);
    batch_.clear();
  }

  Session& session_;
  Engine& engine_;
  const Instant now_;
  std::vector<Session::Update> batch_;
  AdoptionResult result_;
};

}  // namespace

Task<Result<AdoptionResult>> Adoption::adopt(Instant now) {
  auto work = [this, now](Session& session) -> Result<AdoptionResult> {
    return AdoptionRun(session, engine_, now).run();
  };
  auto outcome = co_await engine_.run(Lane::slow, std::move(work));
  co_return outcome;
}

}  // namespace invoicing::mongo
