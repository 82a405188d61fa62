#include "services/common/auth_options.hpp"

#include <string>

#include "keyfile/file_api_key_store.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

Error bad_value(const ops::CommandLine& line, std::string_view option, std::string_view words) {
  return Error(ErrorCode::validation_failed, line.bad_value(option, words));
}

}  // namespace

Result<AuthOptions> auth_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  const bool loopback = ops::is_loopback(settings.http_address);
  if (settings.auth == ops::AuthMode::off && !loopback && !settings.allow_open) {
    return bad_value(line, "HTTP_ADDRESS",
                     ops::to_string(settings.http_address) +
                         " can be reached from other machines and AUTH=off asks nobody who they "
                         "are; say AUTH=keys, listen on 127.0.0.1, or say ALLOW_OPEN=true");
  }
  AuthOptions auth;
  auth.keys = settings.auth == ops::AuthMode::keys ||
              (settings.auth == ops::AuthMode::automatic && !loopback);
  auth.keys_file = settings.api_keys_file;
  auth.limits.per_key = settings.rate_limit_per_key;
  auth.limits.per_address = settings.rate_limit_per_address;
  for (const std::string& text : settings.trusted_proxies) {
    // The option's reader has let nothing else through.
    auth.limits.trusted_proxies.push_back(ops::IpNetwork::parse(text).value());
  }
  auth.limits.seed = std::to_string(random_seed()) + std::to_string(random_seed());
  return auth;
}

Result<void> check_keys_file(const ops::CommandLine& line, const AuthOptions& auth) {
  if (!auth.keys || auth.keys_file.empty()) return {};
  const auto usable = keyfile::FileApiKeyStore(auth.keys_file, {}).check();
  if (!usable) return bad_value(line, "API_KEYS_FILE", usable.error().detail());
  return {};
}

}  // namespace invoicing::services
