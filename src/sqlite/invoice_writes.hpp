#pragma once
// The statements behind storing and voiding an invoice, inside an open transaction.

#include <string>

#include "ports/invoice_store.hpp"
#include "sqlite/writer.hpp"

namespace invoicing::sqlite {

/// `json`: write_invoice(invoice). Error stored_data_invalid when the invoice that is there cannot
/// be read back. Throws SqlError.
Result<InsertOutcome> insert_invoice(WriteSession& session, const Invoice& invoice,
                                     const std::string& json, bool unique_reference);

/// Errors and throws as above.
Result<std::optional<VoidOutcome>> void_invoice(WriteSession& session, const InvoiceId& id,
                                                const Voiding& voiding);

}  // namespace invoicing::sqlite
