#pragma once
// `keys create`, `keys list` and `keys revoke`, the same for every program that has them.

#include <optional>
#include <string>

#include "app/manage_api_keys.hpp"
#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "services/common/command_outcome.hpp"

namespace invoicing::services {

/// How the command line reads it.
ops::Command keys_command();

struct KeyCommand {
  enum class Action { create, list, revoke };
  Action action = Action::list;
  WantedKey wanted;  ///< of create
  std::string id;    ///< of revoke
};

/// Error validation_failed with the one line to print before exit code 2.
Result<KeyCommand> read_key_command(const ops::CommandLine& line);

/// As one line for another process, and back. Nothing where `words` is no such line.
std::string to_words(const KeyCommand& command);
std::optional<KeyCommand> key_command_of(const std::string& words);

/// Cryptographically strong; throws std::runtime_error when the system has none.
KeyBytes random_key_bytes();

/// The text of create is the key alone, and nobody sees it again.
Task<CommandOutcome> run_key_command(ApiKeyStore& store, const Clock& clock, KeyCommand command);

}  // namespace invoicing::services
