#pragma once
// Result lines of POST /invoices/import: one JSON object each, ended by LF.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing::codec {

enum class ImportStatus { created, replayed };

/// {"line":1,"status":"created","id":"…"} and LF. `line` counts from 1.
std::string write_import_line(std::uint64_t line, ImportStatus status, const InvoiceId& id);

/// {"line":2,"status":"failed","code":…,"detail":…,"errors":[…]} and LF; `errors` only where there
/// are faults. `detail` must not be empty.
std::string write_import_failure(std::uint64_t line, std::string_view code, std::string_view detail,
                                 std::span<const Fault> faults);

}  // namespace invoicing::codec
