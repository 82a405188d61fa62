#pragma once
// The settings that several programs read, as values of the domain. Every error is
// validation_failed with the one line to print before exit code 2.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "ops/command_line.hpp"

namespace invoicing::services {

struct BusinessOptions {
  BusinessCalendar calendar;
  Currency currency;
};

/// Errors: a zone or a currency that does not exist.
Result<BusinessOptions> business_options(const ops::CommandLine& line);

struct ListenOptions {
  std::string host;
  std::uint16_t port = 0;  ///< 0: any, printed
  unsigned threads = 1;
};

/// Where the API listens.
ListenOptions api_options(const ops::CommandLine& line);

struct MailOptions {
  std::string from;
  std::vector<std::string> to;
  std::chrono::hours retry{24};     ///< then whoever could not be reached is given up
  std::filesystem::path templates;  ///< empty: the built-in ones
  std::filesystem::path ca_file;    ///< empty: the system's
  std::filesystem::path folder;     ///< takes the mails where smtp_uri is empty
  std::string smtp_uri;             ///< secret; empty: mails become files
  std::string smtp_password;        ///< secret
  std::string public_url;           ///< empty: no links
};

/// Reads them all; what they hold the mail folder checks.
MailOptions mail_options(const ops::CommandLine& line);

}  // namespace invoicing::services
