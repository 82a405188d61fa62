#pragma once
// Where an issuer publishes its keys: a file, or an https URL.

#include <filesystem>
#include <stop_token>
#include <string>

#include "domain/result.hpp"
#include "jwt/key_set.hpp"

namespace invoicing::jwt {

struct KeySourceOptions {
  std::string location;  ///< a path, or a URL that begins with https://
  std::filesystem::path
      ca_file;  ///< certificates (PEM) to trust instead of the system's; may be empty
};

/// Thread-safe.
class KeySource {
 public:
  explicit KeySource(KeySourceOptions options) : options_(std::move(options)) {}

  bool is_url() const { return options_.location.starts_with("https://"); }
  const std::string& location() const { return options_.location; }

  /// The text as it stands there, at most kMaxKeySetBytes. Blocks: a URL for at most five seconds,
  /// one more once `stop` is asked for. TLS 1.2 or later with verification; no redirection is
  /// followed, so that the keys come from where the configuration says. Error storage_unavailable
  /// with a sentence for the operator.
  Result<std::string> read(const std::stop_token& stop) const;

 private:
  Result<std::string> read_file() const;
  Result<std::string> fetch(const std::stop_token& stop) const;

  const KeySourceOptions options_;
};

}  // namespace invoicing::jwt
