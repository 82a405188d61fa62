#pragma once
// What `invoice-standalone` understands, and the settings of one start as values of the domain.

#include <cstddef>
#include <filesystem>
#include <optional>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "services/common/auth_options.hpp"
#include "services/common/start_options.hpp"
#include "services/common/tls_files.hpp"

namespace invoicing::services {

/// Commands and options of the program.
ops::ProgramInfo standalone_program();

struct StandaloneOptions {
  ListenOptions http;
  std::optional<TlsFiles> tls = {};  ///< none: plain HTTP
  AuthOptions auth = {};
  BusinessOptions business;
  MailOptions mail;
  std::filesystem::path data_dir;
  bool unique_reference = false;
  std::size_t commit_rows_max = 256;  ///< no option of the program: bench/ measures with 1
};

/// Error validation_failed with the one line to print before exit code 2: a zone or currency that
/// does not exist, an address beyond loopback without ALLOW_OPEN, half of what TLS needs.
Result<StandaloneOptions> standalone_options(const ops::CommandLine& line);

}  // namespace invoicing::services
