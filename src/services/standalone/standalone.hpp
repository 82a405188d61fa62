#pragma once
// The three roles in one process.

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "http/server.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/access_control.hpp"
#include "services/common/generator_role.hpp"
#include "services/common/outbox_sampler.hpp"
#include "services/common/queue_sampler.hpp"
#include "services/common/roles_thread.hpp"
#include "services/common/sender_role.hpp"
#include "services/common/service.hpp"
#include "services/common/tls_watch.hpp"
#include "services/standalone/control_socket.hpp"
#include "services/standalone/parts.hpp"

namespace invoicing::services {

/// Starts in the order store, books, roles, HTTP, and stops in the reverse.
class Standalone final : public Service {
 public:
  /// Opens everything and listens; nothing runs yet. Errors: one line for the operator, as
  /// StandaloneParts::open has them, files for TLS that cannot be used, and an address that cannot
  /// be listened on.
  static Result<std::unique_ptr<Standalone>> open(const StandaloneOptions& options);
  /// stop().
  ~Standalone() override;

  void start() override;
  /// The port that clients connect to.
  std::uint16_t port() const { return server_->local_port(); }

  /// Readiness off, running requests finish, roles end after the step under way, the store closes.
  /// At most about ten seconds. Blocks. Any number of times.
  void stop() override;

 private:
  explicit Standalone(std::unique_ptr<StandaloneParts> parts);

  Result<void> listen();
  std::vector<rest::Missing> missing() const;
  void add_gauges();
  Task<void> open_books_and_run();
  Task<CommandOutcome> run_for_operator(std::string words);
  Task<Result<void>> prepare_store();

  std::unique_ptr<StandaloneParts> parts_;
  RolesThread roles_;
  GeneratorRole generator_;
  SenderRole sender_;
  OutboxSampler outbox_sampler_;
  QueueSampler queue_sampler_;
  AccessControl access_;
  TlsWatch tls_;
  std::unique_ptr<ControlSocket> control_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> books_open_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
