#include "services/common/tls_files.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace invoicing::services {

namespace {

constexpr std::string_view kCertificateOption = "TLS_CERT_FILE";
constexpr std::string_view kKeyOption = "TLS_KEY_FILE";
constexpr std::string_view kClientCaOption = "TLS_CLIENT_CA_FILE";
constexpr std::size_t kFileBytesMax = std::size_t{1024} * 1024;

Error unusable(std::string_view option, const std::filesystem::path& file, std::string_view what) {
  return Error(ErrorCode::validation_failed,
               std::string(option) + ": " + file.string() + ": " + std::string(what));
}

Result<std::string> read_file(std::string_view option, const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  // What a folder gives is an error of the reading, not of the opening.
  if (!in.eof() && !in.good()) {
    const std::string reason = errno == 0 ? "is no file" : std::generic_category().message(errno);
    return unusable(option, file, reason + "; name a file that this user may read");
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kFileBytesMax) {
    return unusable(option, file, "is larger than 1 MB; name a file with PEM blocks alone");
  }
  return text;
}

}  // namespace

Result<std::optional<TlsFiles>> tls_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  const bool has_certificate = !settings.tls_cert_file.empty();
  const bool has_key = !settings.tls_key_file.empty();
  if (has_certificate && has_key) {
    return std::optional(
        TlsFiles{settings.tls_cert_file, settings.tls_key_file, settings.tls_client_ca_file});
  }
  if (!has_certificate && !has_key && settings.tls_client_ca_file.empty()) return std::nullopt;
  const std::string_view given = has_certificate ? kCertificateOption
                                 : has_key       ? kKeyOption
                                                 : kClientCaOption;
  return Error(
      ErrorCode::validation_failed,
      line.bad_value(given, std::string(given) + " does nothing alone; TLS needs TLS_CERT_FILE and "
                                                 "TLS_KEY_FILE, plain HTTP neither"));
}

Result<http::TlsTexts> read_tls_files(const TlsFiles& files) {
  auto certificates = read_file(kCertificateOption, files.certificate);
  if (!certificates) return certificates.error();
  auto key = read_file(kKeyOption, files.key);
  if (!key) return key.error();
  http::TlsTexts texts{*std::move(certificates), *std::move(key)};
  if (files.client_ca.empty()) return texts;
  auto authorities = read_file(kClientCaOption, files.client_ca);
  if (!authorities) return authorities.error();
  // Empty would mean that nobody has to show a certificate.
  if (authorities->empty()) {
    return unusable(kClientCaOption, files.client_ca, "is empty; name a file with PEM blocks");
  }
  texts.client_authorities = *std::move(authorities);
  return texts;
}

Result<std::shared_ptr<const http::TlsContext>> make_tls_context(const TlsFiles& files,
                                                                 const http::TlsTexts& texts) {
  auto made = http::TlsContext::create(texts);
  if (auto* const context = std::get_if<std::shared_ptr<const http::TlsContext>>(&made)) {
    return std::move(*context);
  }
  const auto& fault = std::get<http::TlsFault>(made);
  switch (fault.text) {
    case http::TlsFault::Text::certificates:
      return unusable(kCertificateOption, files.certificate, fault.what);
    case http::TlsFault::Text::key:
      return unusable(kKeyOption, files.key, fault.what);
    case http::TlsFault::Text::client_authorities:
      break;
  }
  return unusable(kClientCaOption, files.client_ca, fault.what);
}

}  // namespace invoicing::services
