#pragma once
// Entries of the ledger of deliveries as BSON (docs/reference/documents.md).

#include <string>

#include "domain/result.hpp"
#include "mongo/bson_document.hpp"
#include "ports/delivery_ledger.hpp"

namespace invoicing::mongo {

/// "messageId recipient", the _id itself: unique whether or not an index was made, and in a sharded
/// collection too. A text, because sub-documents are equal only with their members in the same
/// order, which not every driver and not every server's index keeps.
std::string delivery_id(const std::string& message_id, const std::string& recipient);
/// {_id: delivery_id()}
Document delivery_key(const std::string& message_id, const std::string& recipient);
Document to_document(const Delivery& delivery);
/// Error stored_data_invalid.
Result<Delivery> read_delivery(const bson_t* document);

/// "waiting", "sent", "refused", "dropped".
const char* to_text(DeliveryState state);

}  // namespace invoicing::mongo
