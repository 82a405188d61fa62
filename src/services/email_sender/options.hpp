#pragma once
// What `email-sender` understands, and the settings of one start.

#include <filesystem>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "rabbitmq/options.hpp"
#include "services/common/start_options.hpp"

namespace invoicing::services {

/// Commands and options of the program.
ops::ProgramInfo email_sender_program();

struct EmailSenderOptions {
  ListenOptions ops;
  BusinessOptions business;
  MailOptions mail;
  std::filesystem::path data_dir;  ///< of the ledger file, where there is no MongoDB
  rabbitmq::RabbitOptions broker;
};

/// Errors of business_options and rabbit_options.
Result<EmailSenderOptions> email_sender_options(const ops::CommandLine& line);

}  // namespace invoicing::services
