#pragma once
// TLS_CERT_FILE and what belongs to it, as one start has them.

#include <filesystem>
#include <memory>
#include <optional>

#include "domain/result.hpp"
#include "http/tls_context.hpp"
#include "ops/command_line.hpp"

namespace invoicing::services {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, the server's own first, then its chain
  std::filesystem::path key;          ///< PEM, without a password
  std::filesystem::path client_ca;    ///< PEM; empty: clients show no certificate
};

/// Nothing: plain HTTP. Whether the files can be used only read_tls_files and make_tls_context
/// know. Error validation_failed with the line to print before exit code 2: one option without the
/// other.
Result<std::optional<TlsFiles>> tls_options(const ops::CommandLine& line);

/// As they stand now. Error validation_failed: one cannot be read; with option, file and cure.
Result<http::TlsTexts> read_tls_files(const TlsFiles& files);

/// `texts` are what read_tls_files gave. Error validation_failed: they cannot be used; with option,
/// file and cure.
Result<std::shared_ptr<const http::TlsContext>> make_tls_context(const TlsFiles& files,
                                                                 const http::TlsTexts& texts);

}  // namespace invoicing::services
