#pragma once
// The certificate in use, and its files, looked at every few seconds: a renewal needs no restart.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "http/tls_context.hpp"
#include "ops/metrics.hpp"
#include "services/common/tls_files.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`, which outlives the object. Without files it does nothing.
/// Files that cannot be used leave the last good certificate in use.
class TlsWatch {
 public:
  TlsWatch(Executor executor, std::optional<TlsFiles> files,
           std::chrono::milliseconds interval = std::chrono::seconds{3});

  /// Reads the files for the first time; once, before the rest. A warning in the log when the
  /// certificate has expired. Error validation_failed: one cannot be used; one line for the
  /// operator with option, file and cure.
  Result<void> open();

  /// Until stop(). One line in the log when another certificate is used, and one when the files
  /// have changed and cannot be used. The latter only when they stay so until the next look:
  /// who renews writes one file after the other.
  Task<void> run();
  /// Any thread.
  void stop();

  bool is_on() const { return files_.has_value(); }
  /// For ServerOptions::tls; null without files. Any thread.
  std::shared_ptr<const http::TlsSource> source() const { return source_; }

 private:
  using Print = std::array<std::uint8_t, 32>;

  void look();
  void use(std::shared_ptr<const http::TlsContext> context);
  void refuse(const std::optional<Print>& print, const Error& error);

  const std::optional<TlsFiles> files_;
  const std::chrono::milliseconds interval_;
  std::shared_ptr<http::TlsSource> source_;
  Wakeup wakeup_;
  // SHA-256 of what was read, nothing where it could not be; of the coroutine.
  std::optional<Print> used_;
  std::optional<Print> refused_;
  bool is_refused_ = false;  // the last look has failed, with what refused_ says
  bool is_told_ = false;     // and the log says so
  std::atomic<bool> stopping_{false};
};

/// tls_certificate_not_after_timestamp_seconds; 0 without TLS. `watch` outlives the last text().
void add_tls_metrics(ops::Metrics& metrics, const TlsWatch& watch);

}  // namespace invoicing::services
