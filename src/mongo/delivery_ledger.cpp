#include "mongo/delivery_ledger.hpp"

#include "mongo/delivery_documents.hpp"
#include "mongo/engine.hpp"
#include "ports/holding.hpp"

namespace invoicing::mongo {
namespace {

/// Takes the entry when it waits and nobody holds it, or makes it. Nothing when it is not to be
/// had.
std::optional<Document> take(Session& session, const std::string& message_id,
                             const std::string& recipient, Instant now, Instant until) {
  Document held;
  held.instant("$gt", now).instant("$lte", last_believable_end(now, until));
  Document not_held;
  not_held.document("$not", held);
  Document filter = delivery_key(message_id, recipient);
  filter.text("state", to_text(DeliveryState::waiting)).document("claimedUntil", not_held);
  Document fields;
  fields.instant("claimedUntil", until);
  Document attempt;
  attempt.integer("attempts", 1);
  Document at_first;
  at_first.text("messageId", message_id)
      .text("recipient", recipient)
      .text("lastError", "")
      .null("settledAt");
  Document update;
  update.document("$set", fields).document("$inc", attempt).document("$setOnInsert", at_first);
  try {
    return session.find_and_update(collections::kDeliveries, filter, update, {.upsert = true});
  } catch (const MongoError& error) {
    // It is there in a state that the filter leaves out, or came to be at this very moment.
    if (error.failure() != Failure::duplicate_key) throw;
    return std::nullopt;
  }
}

Result<DeliveryLedger::Claim> claim_entry(Session& session, const std::string& message_id,
                                          const std::string& recipient, Instant now,
                                          Instant until) {
  const auto taken = take(session, message_id, recipient, now, until);
  if (taken) {
    auto delivery = read_delivery(taken->get());
    if (!delivery) return delivery.error();
    return DeliveryLedger::Claim{.claimed = true, .delivery = *std::move(delivery)};
  }
  // From the primary as it is: what matters is that somebody else has it.
  const auto found = session.find_one(collections::kDeliveries, Concern::local,
                                      delivery_key(message_id, recipient));
  if (!found) {
    return Error(ErrorCode::storage_unavailable, "The entry is there and is not; try again.");
  }
  auto delivery = read_delivery(found->get());
  if (!delivery) return delivery.error();
  return DeliveryLedger::Claim{.claimed = false, .delivery = *std::move(delivery)};
}

struct Settlement {
  const std::string& message_id;
  const std::string& recipient;
  DeliveryState state;
  const std::string& reason;
  Instant now;
};

/// How many entries it has changed: 0 where there is none, or where it may not be changed any more.
std::int64_t settle_there(Session& session, const Settlement& settlement) {
  Document filter = delivery_key(settlement.message_id, settlement.recipient);
  if (settlement.state == DeliveryState::sent) {
    filter.document("state", Document().text("$ne", to_text(DeliveryState::sent)));
  } else {
    filter.text("state", to_text(DeliveryState::waiting));
  }
  Document fields;
  fields.text("state", to_text(settlement.state))
      .text("lastError", settlement.reason)
      .null("claimedUntil")
      .instant("settledAt", settlement.now);
  Document update;
  update.document("$set", fields);
  return session.update_one(collections::kDeliveries, filter, update);
}

void settle_new(Session& session, const Settlement& settlement) {
  const Delivery entry{.message_id = settlement.message_id,
                       .recipient = settlement.recipient,
                       .state = settlement.state,
                       .attempts = 0,
                       .last_error = settlement.reason,
                       .claimed_until = {},
                       .settled_at = settlement.now};
  session.insert(collections::kDeliveries, to_document(entry));
}

Result<std::vector<Delivery>> read_deliveries(Session& session, const Document& filter,
                                              const Document& options) {
  std::vector<Delivery> deliveries;
  std::optional<Error> fault;
  session.find(collections::kDeliveries, Concern::majority, filter, options,
               [&](const bson_t* row) {
                 auto delivery = read_delivery(row);
                 if (!delivery) {
                   fault = delivery.error();
                   return false;
                 }
                 deliveries.push_back(*std::move(delivery));
                 return true;
               });
  if (fault) return *std::move(fault);
  return deliveries;
}

}  // namespace

Task<Result<DeliveryLedger::Claim>> MongoDeliveryLedger::claim(const std::string& message_id,
                                                               const std::string& recipient,
                                                               Instant now, Instant until) {
  auto work = [&message_id, &recipient, now, until](Session& session) {
    return claim_entry(session, message_id, recipient, now, until);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoDeliveryLedger::settle(const std::string& message_id,
                                               const std::string& recipient, DeliveryState state,
                                               const std::string& reason, Instant now) {
  const Settlement settlement{message_id, recipient, state, reason, now};
  auto work = [&settlement](Session& session) -> Result<void> {
    if (settle_there(session, settlement) > 0) return {};
    try {
      settle_new(session, settlement);
    } catch (const MongoError& error) {
      if (error.failure() != Failure::duplicate_key) throw;
      // Either it may not be changed any more, or it came to be between the two.
      settle_there(session, settlement);
    }
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<void>> MongoDeliveryLedger::reopen_refused(const std::string& message_id) {
  auto outcome = co_await change_refused(message_id, DeliveryState::waiting);
  co_return outcome;
}

Task<Result<void>> MongoDeliveryLedger::drop_refused(const std::string& message_id) {
  auto outcome = co_await change_refused(message_id, DeliveryState::dropped);
  co_return outcome;
}

Task<Result<void>> MongoDeliveryLedger::change_refused(const std::string& message_id,
                                                       DeliveryState state) {
  auto work = [&message_id, state](Session& session) -> Result<void> {
    Document filter;
    filter.text("messageId", message_id).text("state", to_text(DeliveryState::refused));
    Document fields;
    fields.text("state", to_text(state));
    Document update;
    update.document("$set", fields);
    // Each entry stands for itself: cut short, the operator asks once more.
    session.update_many(collections::kDeliveries, filter, update);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<std::vector<Delivery>>> MongoDeliveryLedger::refused(std::size_t limit) {
  auto read = [limit](Session& session) -> Result<std::vector<Delivery>> {
    Document filter;
    filter.text("state", to_text(DeliveryState::refused));
    Document sort;
    sort.small("settledAt", 1).small("_id", 1);
    Document options;
    options.document("sort", sort).integer("limit", static_cast<std::int64_t>(limit));
    return read_deliveries(session, filter, options);
  };
  auto found = co_await engine_.run(Lane::quick, std::move(read));
  co_return found;
}

Task<Result<std::vector<Delivery>>> MongoDeliveryLedger::deliveries(const std::string& message_id) {
  auto read = [&message_id](Session& session) -> Result<std::vector<Delivery>> {
    Document filter;
    filter.text("messageId", message_id);
    Document sort;
    sort.small("recipient", 1);
    Document options;
    options.document("sort", sort);
    return read_deliveries(session, filter, options);
  };
  auto deliveries = co_await engine_.run(Lane::quick, std::move(read));
  co_return deliveries;
}

}  // namespace invoicing::mongo
