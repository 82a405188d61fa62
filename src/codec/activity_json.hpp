#pragma once
// Entries of the trail as GET /activity shows them.

#include <string>

#include "ports/activity_log.hpp"

namespace invoicing::codec {

/// {"at":"…","action":"invoice_voided","invoiceId":"…","by":"h7km2qx9"}: `invoiceId`, `importId` or
/// `businessDay` by the kind; `by` is null where nobody was asked.
void append_activity(std::string& out, const Activity& entry);

}  // namespace invoicing::codec
