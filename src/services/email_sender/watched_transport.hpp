#pragma once
// A way of mailing that remembers whether it works, for readiness.

#include <mutex>
#include <optional>
#include <string>

#include "ports/mailer.hpp"
#include "rest/operations_routes.hpp"

namespace invoicing::services {

/// The contract of the port. What a server says about one mail counts as working. Thread-safe;
/// `transport` outlives it.
class WatchedTransport final : public MailTransport {
 public:
  explicit WatchedTransport(MailTransport& transport) : transport_(transport) {}

  Task<MailOutcome> send(const OutgoingMail& mail) override;

  /// "smtp" while the last try met no server that would talk to us.
  std::optional<rest::Missing> missing() const;

 private:
  MailTransport& transport_;
  mutable std::mutex mutex_;
  std::string why_;  // guarded by mutex_; empty: it works, or nothing was tried yet
};

}  // namespace invoicing::services
