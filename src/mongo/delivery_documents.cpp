#include "mongo/delivery_documents.hpp"

#include <array>
#include <utility>

namespace invoicing::mongo {
namespace {

constexpr std::array<std::pair<DeliveryState, const char*>, 4> kStates = {{
    {DeliveryState::waiting, "waiting"},
    {DeliveryState::sent, "sent"},
    {DeliveryState::refused, "refused"},
    {DeliveryState::dropped, "dropped"},
}};

}  // namespace

const char* to_text(DeliveryState state) {
  for (const auto& [each, text] : kStates) {
    if (each == state) return text;
  }
  return "";
}

Result<Delivery> read_delivery(const bson_t* document) {
  const Reader in(document);
  Delivery delivery{.message_id = in.text_or_empty("messageId"),
                    .recipient = in.text_or_empty("recipient"),
                    .state = DeliveryState::waiting,
                    .attempts = in.integer("attempts").value_or(0),
                    .last_error = in.text_or_empty("lastError"),
                    .claimed_until = in.instant("claimedUntil"),
                    .settled_at = in.instant("settledAt")};
  for (const auto& [state, text] : kStates) {
    if (in.text("state") != text) continue;
    delivery.state = state;
    return delivery;
  }
  return Error(ErrorCode::stored_data_invalid, "A delivery in the store cannot be read back");
}

std::string delivery_id(const std::string& message_id, const std::string& recipient) {
  // Unambiguous: no address that is taken holds a blank (mail/mail_address.hpp).
  return message_id + " " + recipient;
}

Document delivery_key(const std::string& message_id, const std::string& recipient) {
  Document key;
  key.text("_id", delivery_id(message_id, recipient));
  return key;
}

Document to_document(const Delivery& delivery) {
  Document document = delivery_key(delivery.message_id, delivery.recipient);
  document.text("messageId", delivery.message_id)
      .text("recipient", delivery.recipient)
      .text("state", to_text(delivery.state))
      .integer("attempts", delivery.attempts)
      .text("lastError", delivery.last_error)
      .optional_instant("claimedUntil", delivery.claimed_until)
      .optional_instant("settledAt", delivery.settled_at);
  return document;
}

}  // namespace invoicing::mongo
