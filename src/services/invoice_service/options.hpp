#pragma once
// What `invoice-service` understands, and the settings of one start.

#include <optional>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "services/common/auth_options.hpp"
#include "services/common/start_options.hpp"
#include "services/common/tls_files.hpp"

namespace invoicing::services {

/// Commands and options of the program.
ops::ProgramInfo invoice_service_program();

struct InvoiceServiceOptions {
  ListenOptions http;
  std::optional<TlsFiles> tls;  ///< of `http` alone; none: plain HTTP
  AuthOptions auth;
  std::optional<ListenOptions>
      ops;  ///< none: health and metrics share the API's address, and its TLS
  BusinessOptions business;
  MailOptions mail;  ///< only what the page of a report's mail needs
  std::chrono::seconds clock_tolerance{60};
};

/// Errors of business_options, auth_options and tls_options.
Result<InvoiceServiceOptions> invoice_service_options(const ops::CommandLine& line);

}  // namespace invoicing::services
