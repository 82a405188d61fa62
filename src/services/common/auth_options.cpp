#include "services/common/auth_options.hpp"

#include <array>
#include <string>
#include <utility>

#include "keyfile/file_api_key_store.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

using ops::AuthMode;

Error bad_value(const ops::CommandLine& line, std::string_view option, std::string_view words) {
  return Error(ErrorCode::validation_failed, line.bad_value(option, words));
}

/// The address that others can reach; null where all are loopback.
const ops::Address* open_address(const ops::Settings& settings) {
  if (!ops::is_loopback(settings.http_address)) return &settings.http_address;
  const bool is_apart = !settings.ops_address.host.empty();
  return is_apart && !ops::is_loopback(settings.ops_address) ? &settings.ops_address : nullptr;
}

bool takes_tokens(const ops::Settings& settings, bool is_open) {
  if (settings.auth == AuthMode::automatic) return is_open && !settings.jwt_issuer.empty();
  return settings.auth == AuthMode::jwt || settings.auth == AuthMode::both;
}

bool takes_keys(const ops::Settings& settings, bool is_open) {
  if (settings.auth == AuthMode::automatic) return is_open;
  return settings.auth == AuthMode::keys || settings.auth == AuthMode::both;
}

Result<TokenOptions> token_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  const std::array<std::pair<std::string_view, const std::string&>, 3> needed{
      {{"JWT_ISSUER", settings.jwt_issuer},
       {"JWT_AUDIENCE", settings.jwt_audience},
       {"JWT_KEYS", settings.jwt_keys}}};
  for (const auto& [option, value] : needed) {
    if (value.empty()) {
      return bad_value(line, option,
                       "is not set; tokens need JWT_ISSUER, JWT_AUDIENCE and JWT_KEYS, or say "
                       "AUTH=keys");
    }
  }
  if (settings.jwt_algorithms.empty()) {
    return bad_value(line, "JWT_ALGORITHMS", "names nothing; write one or several, such as RS256");
  }
  return TokenOptions{.rules = {.issuer = settings.jwt_issuer,
                                .audience = settings.jwt_audience,
                                .algorithms = settings.jwt_algorithms,
                                .scope_claim = settings.jwt_scope_claim},
                      .keys = {settings.jwt_keys, settings.jwt_ca_file}};
}

}  // namespace

std::string_view AuthOptions::mode() const {
  if (keys) return tokens ? "both" : "keys";
  return tokens ? "jwt" : "off";
}

Result<AuthOptions> auth_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  const ops::Address* const open = open_address(settings);
  if (settings.auth == AuthMode::off && open != nullptr && !settings.allow_open) {
    return bad_value(line, open == &settings.http_address ? "HTTP_ADDRESS" : "OPS_ADDRESS",
                     ops::to_string(*open) +
                         " can be reached from other machines and AUTH=off asks nobody who they "
                         "are; say AUTH=keys, listen on 127.0.0.1, or say ALLOW_OPEN=true");
  }
  AuthOptions auth;
  auth.keys = takes_keys(settings, open != nullptr);
  auth.keys_file = settings.api_keys_file;
  auth.session_lifetime = settings.session_hours;
  if (takes_tokens(settings, open != nullptr)) {
    auto tokens = token_options(line);
    if (!tokens) return tokens.error();
    auth.tokens = *std::move(tokens);
  }
  auth.limits.per_key = settings.rate_limit_per_key;
  auth.limits.per_address = settings.rate_limit_per_address;
  for (const std::string& text : settings.trusted_proxies) {
    // The option's reader has let nothing else through.
    auth.limits.trusted_proxies.push_back(ops::IpNetwork::parse(text).value());
  }
  auth.limits.seed = std::to_string(random_seed()) + std::to_string(random_seed());
  return auth;
}

Result<void> check_key_files(const ops::CommandLine& line, const AuthOptions& auth) {
  if (auth.keys && !auth.keys_file.empty()) {
    const auto usable = keyfile::FileApiKeyStore(auth.keys_file, {}).check();
    if (!usable) return bad_value(line, "API_KEYS_FILE", usable.error().detail());
  }
  if (auth.tokens) {
    const auto usable = check_key_source(*auth.tokens);
    if (!usable) return bad_value(line, "JWT_KEYS", usable.error().detail());
  }
  return {};
}

}  // namespace invoicing::services
