#include "services/standalone/mover.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <unistd.h>

#include "services/common/command_outcome.hpp"

namespace invoicing::services {

bool is_move(const std::variant<ops::CommandLine, ops::EarlyExit>& line) {
  const auto* found = std::get_if<ops::CommandLine>(&line);
  return found != nullptr && (found->command == "export" || found->command == "import");
}

int become_mover(char** argv) {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto program = here.parent_path() / "invoice-standalone-move";
  ::execv(program.c_str(), argv);
  return complain("invoice-standalone: " + program.string() +
                      " cannot be started: " + std::generic_category().message(errno),
                  kFailed);
}

}  // namespace invoicing::services
