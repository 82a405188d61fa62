#pragma once
// How a command reaches the process that serves its data folder: a socket in that folder, which
// only the folder's owner can open. One line in ("audit --mark"), the exit code and text out.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "services/common/command_outcome.hpp"

namespace invoicing::services {

/// Serves commands one after the other on `executor`. stop() before destroying.
class ControlSocket {
 public:
  using Handler = std::function<Task<CommandOutcome>(std::string words)>;

  /// Binds DATA_DIR/control.sock, replacing what a killed process left. Error storage_unavailable
  /// with one line: the path is too long for a socket (107 bytes) or the folder refuses it.
  static Result<std::unique_ptr<ControlSocket>> open(Executor executor,
                                                     const std::filesystem::path& data_dir,
                                                     Handler handler);
  ~ControlSocket();

  /// Until stop().
  Task<void> run();
  /// Any thread.
  void stop();

 private:
  struct State;
  explicit ControlSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Asks the process that serves `data_dir`. Nothing when none does. Blocks until it has answered.
std::optional<CommandOutcome> ask_running_process(const std::filesystem::path& data_dir,
                                                  const std::string& words);

}  // namespace invoicing::services
