#pragma once
// Entries of the ledger of deliveries as BSON (docs/reference/documents.md).

#include <string>

#include "domain/result.hpp"
#include "mongo/bson_document.hpp"
#include "ports/delivery_ledger.hpp"

namespace invoicing::mongo {

/// {_id: {messageId, recipient}}: the key is _id itself, unique whether or not an index was made,
/// and in a sharded collection too.
Document delivery_key(const std::string& message_id, const std::string& recipient);
Document to_document(const Delivery& delivery);
/// Error stored_data_invalid.
Result<Delivery> read_delivery(const bson_t* document);

/// "waiting", "sent", "refused".
const char* to_text(DeliveryState state);

}  // namespace invoicing::mongo
