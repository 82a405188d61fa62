#include "sqlite/delivery_ledger.hpp"

#include "ports/holding.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kColumns =
    "SELECT message_id, recipient, state, attempts, last_error, claimed_until, settled_at"
    " FROM deliveries ";

Delivery to_delivery(const Rows& rows) {
  return {.message_id = std::string(rows.text(0)),
          .recipient = std::string(rows.text(1)),
          .state = static_cast<DeliveryState>(rows.integer(2)),
          .attempts = rows.integer(3),
          .last_error = std::string(rows.text(4)),
          .claimed_until = to_instant(rows.optional_integer(5)),
          .settled_at = to_instant(rows.optional_integer(6))};
}

/// The entry, or a new one that waits.
Delivery read_delivery(Connection& connection, const std::string& message_id,
                       const std::string& recipient) {
  auto rows =
      connection.prepared(std::string(kColumns) + "WHERE message_id = ?1 AND recipient = ?2")
          .query(message_id, recipient);
  if (rows.next()) return to_delivery(rows);
  Delivery fresh;
  fresh.message_id = message_id;
  fresh.recipient = recipient;
  return fresh;
}

void write_delivery(Connection& connection, const Delivery& delivery) {
  connection.prepared("INSERT OR REPLACE INTO deliveries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      .execute(delivery.message_id, delivery.recipient, static_cast<std::int64_t>(delivery.state),
               delivery.attempts, delivery.last_error, to_ms(delivery.claimed_until),
               to_ms(delivery.settled_at));
}

}  // namespace

Task<Result<DeliveryLedger::Claim>> SqliteDeliveryLedger::claim(const std::string& message_id,
                                                                const std::string& recipient,
                                                                Instant now, Instant until) {
  auto work = [&message_id, &recipient, now, until](WriteSession& session) -> Result<Claim> {
    Claim claim{.delivery = read_delivery(session.connection, message_id, recipient)};
    auto& delivery = claim.delivery;
    if (delivery.state != DeliveryState::waiting) return claim;
    if (is_held(delivery.claimed_until, now, until)) return claim;
    claim.claimed = true;
    delivery.claimed_until = until;
    ++delivery.attempts;
    write_delivery(session.connection, delivery);
    return claim;
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteDeliveryLedger::settle(const std::string& message_id,
                                                const std::string& recipient, DeliveryState state,
                                                const std::string& reason, Instant now) {
  auto work = [&message_id, &recipient, state, &reason,
               now](WriteSession& session) -> Result<void> {
    auto delivery = read_delivery(session.connection, message_id, recipient);
    const bool becomes_sent = state == DeliveryState::sent;
    if (delivery.state == DeliveryState::sent) return {};
    if (delivery.state != DeliveryState::waiting && !becomes_sent) return {};
    delivery.state = state;
    delivery.last_error = reason;
    delivery.claimed_until.reset();
    delivery.settled_at = now;
    write_delivery(session.connection, delivery);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteDeliveryLedger::reopen_refused(const std::string& message_id) {
  auto outcome = co_await change_refused(message_id, DeliveryState::waiting);
  co_return outcome;
}

Task<Result<void>> SqliteDeliveryLedger::drop_refused(const std::string& message_id) {
  auto outcome = co_await change_refused(message_id, DeliveryState::dropped);
  co_return outcome;
}

Task<Result<void>> SqliteDeliveryLedger::change_refused(const std::string& message_id,
                                                        DeliveryState state) {
  auto work = [&message_id, state](WriteSession& session) -> Result<void> {
    session.connection
        .prepared(
            "UPDATE deliveries SET state = ?2"
            " WHERE message_id = ?1 AND state = ?3")
        .execute(message_id, static_cast<std::int64_t>(state),
                 static_cast<std::int64_t>(DeliveryState::refused));
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<Delivery>>> SqliteDeliveryLedger::refused(std::size_t limit) {
  auto read = [limit](Connection& connection) -> Result<std::vector<Delivery>> {
    auto rows = connection
                    .prepared(std::string(kColumns) +
                              "WHERE state = ?1 ORDER BY settled_at, message_id LIMIT ?2")
                    .query(static_cast<std::int64_t>(DeliveryState::refused),
                           static_cast<std::int64_t>(limit));
    std::vector<Delivery> found;
    while (rows.next()) found.push_back(to_delivery(rows));
    return found;
  };
  auto found = co_await engine_.read(std::move(read));
  co_return found;
}

Task<Result<void>> SqliteDeliveryLedger::release_claims() {
  auto work = [](WriteSession& session) -> Result<void> {
    session.connection.execute(
        "UPDATE deliveries SET claimed_until = NULL WHERE claimed_until IS NOT NULL");
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<Delivery>>> SqliteDeliveryLedger::deliveries(
    const std::string& message_id) {
  auto read = [&message_id](Connection& connection) -> Result<std::vector<Delivery>> {
    auto rows =
        connection.prepared(std::string(kColumns) + "WHERE message_id = ?1 ORDER BY recipient")
            .query(message_id);
    std::vector<Delivery> deliveries;
    while (rows.next()) deliveries.push_back(to_delivery(rows));
    return deliveries;
  };
  auto deliveries = co_await engine_.read(std::move(read));
  co_return deliveries;
}

}  // namespace invoicing::sqlite
