#pragma once
// What the tests of TLS share: an authority, and servers with a certificate of it.

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

#include "http/tls_context.hpp"
#include "tests/support/certificates.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {

inline const testing::Authority& authority() {
  static const testing::Authority made("authority of the test");
  return made;
}

inline std::shared_ptr<const TlsContext> tls_context(const testing::Credentials& shown,
                                                     const std::string& client_authorities = {}) {
  auto made = TlsContext::create({shown.certificate, shown.key, client_authorities});
  if (const auto* fault = std::get_if<TlsFault>(&made)) throw std::runtime_error(fault->what);
  return std::get<std::shared_ptr<const TlsContext>>(std::move(made));
}

inline ServerOptions tls_options(const std::string& client_authorities = {}) {
  ServerOptions options = test_options();
  options.tls =
      std::make_shared<TlsSource>(tls_context(authority().issue("server"), client_authorities));
  return options;
}

}  // namespace invoicing::http::test
