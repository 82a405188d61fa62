#pragma once
// What `invoice-standalone` understands, and the settings of one start as values of the domain.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "ops/command_line.hpp"

namespace invoicing::services {

/// Commands and options of the program.
ops::ProgramInfo standalone_program();

struct StandaloneOptions {
  std::string http_host;
  std::uint16_t http_port = 0;  ///< 0: any, printed
  unsigned http_threads = 1;
  std::filesystem::path data_dir;
  BusinessCalendar calendar;
  Currency currency;
  bool unique_reference = false;
  std::size_t commit_rows_max = 256;  ///< no option of the program: bench/ measures with 1
  std::string mail_from;
  std::vector<std::string> mail_to;
  std::filesystem::path mail_templates;  ///< empty: the built-in ones
  std::filesystem::path smtp_ca_file;    ///< empty: the system's
  std::string smtp_uri;                  ///< secret; empty: mails become files
  std::string smtp_password;             ///< secret
  std::string public_url;                ///< empty: no links
};

/// Error validation_failed with the one line to print before exit code 2: a zone or currency that
/// does not exist, an address beyond loopback without ALLOW_OPEN.
Result<StandaloneOptions> standalone_options(const ops::CommandLine& line);

}  // namespace invoicing::services
