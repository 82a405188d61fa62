#include "services/common/tls_watch.hpp"

#include <string>
#include <utility>

#include "domain/instant.hpp"
#include "domain/invoice_id.hpp"
#include "ops/log.hpp"

namespace invoicing::services {

namespace {

std::array<std::uint8_t, 32> print_of(const http::TlsTexts& texts) {
  // NUL stands in no PEM file, so that no two sets of files look alike.
  return sha256(texts.certificates + '\0' + texts.key + '\0' + texts.client_authorities);
}

}  // namespace

TlsWatch::TlsWatch(Executor executor, std::optional<TlsFiles> files,
                   std::chrono::milliseconds interval)
    : files_(std::move(files)), interval_(interval), wakeup_(executor) {}

Result<void> TlsWatch::open() {
  if (!files_) return {};
  const auto texts = read_tls_files(*files_);
  if (!texts) return texts.error();
  auto context = make_tls_context(*files_, *texts);
  if (!context) return context.error();
  used_ = print_of(*texts);
  use(*std::move(context));
  return {};
}

Task<void> TlsWatch::run() {
  while (files_ && !stopping_.load()) {
    co_await wakeup_.wait(interval_);
    if (!stopping_.load()) look();
  }
}

void TlsWatch::look() {
  const auto texts = read_tls_files(*files_);
  if (!texts) return refuse(std::nullopt, texts.error());
  const Print print = print_of(*texts);
  if (print == used_) {
    is_refused_ = false;
    return;
  }
  if (is_refused_ && is_told_ && print == refused_) return;
  auto context = make_tls_context(*files_, *texts);
  if (!context) return refuse(print, context.error());
  used_ = print;
  is_refused_ = false;
  use(*std::move(context));
}

void TlsWatch::use(std::shared_ptr<const http::TlsContext> context) {
  const auto end = context->not_after();
  const std::string text =
      format_instant(std::chrono::time_point_cast<std::chrono::milliseconds>(end));
  if (source_) {
    source_->use(std::move(context));
  } else {
    source_ = std::make_shared<http::TlsSource>(std::move(context));
  }
  if (end < std::chrono::system_clock::now()) {
    ops::log::warning("the TLS certificate has expired", {{"notAfter", text}});
  } else {
    ops::log::info("the TLS certificate is in use", {{"notAfter", text}});
  }
}

void TlsWatch::refuse(const std::optional<Print>& print, const Error& error) {
  const bool is_as_before = is_refused_ && print == refused_;
  if (!is_as_before) is_told_ = false;
  if (is_as_before && !std::exchange(is_told_, true)) {
    ops::log::error("the TLS certificate stays as it was", {{"reason", error.detail()}});
  }
  is_refused_ = true;
  refused_ = print;
}

void TlsWatch::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

void add_tls_metrics(ops::Metrics& metrics, const TlsWatch& watch) {
  metrics.gauge_from("tls_certificate_not_after_timestamp_seconds",
                     "When the TLS certificate in use expires, as Unix time; 0 without TLS.", {},
                     [&watch] {
                       if (!watch.is_on()) return 0.0;
                       const auto end = watch.source()->current()->not_after();
                       return std::chrono::duration<double>(end.time_since_epoch()).count();
                     });
}

}  // namespace invoicing::services
