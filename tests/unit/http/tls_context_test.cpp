// Which certificates and keys a server takes, and what it says of others.

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "tests/unit/http/tls_server.hpp"

namespace invoicing::http::test {
namespace {

using Text = TlsFault::Text;

TlsFault fault_of(const TlsTexts& texts) {
  const auto made = TlsContext::create(texts);
  const auto* const fault = std::get_if<TlsFault>(&made);
  return fault == nullptr ? TlsFault{Text::certificates, "none"} : *fault;
}

void expect_fault(const TlsTexts& texts, Text text, const std::string& word) {
  const TlsFault fault = fault_of(texts);
  EXPECT_EQ(fault.text, text) << fault.what;
  EXPECT_NE(fault.what.find(word), std::string::npos) << fault.what;
}

std::string with_password(const testing::Credentials& made) {
  BIO* const in = BIO_new_mem_buf(made.key.data(), static_cast<int>(made.key.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_128_cbc(), "word", 4, nullptr, nullptr);
  char* data = nullptr;
  const long bytes = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(bytes));
  EVP_PKEY_free(key);
  BIO_free_all(in);
  BIO_free_all(out);
  return text;
}

TEST(TlsContext, TakesAChainWithWordsAroundItAndKnowsItsEnd) {
  const auto before = std::chrono::system_clock::now();
  const auto made = authority().issue("server", std::chrono::seconds(1000));
  const auto context = tls_context(
      {"words\n" + made.certificate + "more words\n" + authority().certificate() + "\n", made.key},
      authority().certificate());
  const auto lasts = context->not_after() - before;
  EXPECT_GE(lasts, std::chrono::seconds(998));
  EXPECT_LE(lasts, std::chrono::seconds(1020));
}

TEST(TlsContext, TakesACertificateThatHasExpired) {
  const auto context = tls_context(authority().issue("server", std::chrono::seconds(-1000)));
  EXPECT_LT(context->not_after(), std::chrono::system_clock::now());
}

TEST(TlsContext, SaysWhatIsWrongWithAChain) {
  const auto made = authority().issue("server");
  expect_fault({"", made.key}, Text::certificates, "holds no certificate");
  expect_fault({made.key, made.key}, Text::certificates, "holds no certificate");
  const std::string cut = made.certificate.substr(0, made.certificate.size() / 2);
  expect_fault({cut, made.key}, Text::certificates, "first certificate");
  expect_fault({made.certificate + cut, made.key}, Text::certificates, "behind the first");
}

TEST(TlsContext, SaysWhatIsWrongWithAKey) {
  const auto made = authority().issue("server");
  const auto other = authority().issue("server");
  expect_fault({made.certificate, other.key}, Text::key, "does not fit");
  expect_fault({made.certificate, ""}, Text::key, "holds no key");
  expect_fault({made.certificate, made.certificate}, Text::key, "holds no key");
  expect_fault({made.certificate, with_password(made)}, Text::key, "without a password");
}

TEST(TlsContext, SaysWhatIsWrongWithAuthorities) {
  const auto made = authority().issue("server");
  expect_fault({made.certificate, made.key, "nothing"}, Text::client_authorities,
               "holds no certificate");
  expect_fault({made.certificate, made.key,
                authority().certificate() + "-----BEGIN CERTIFICATE-----"
                                            "\nAAAA\n-----END CERTIFICATE-----\n"},
               Text::client_authorities, "cannot be used");
}

}  // namespace
}  // namespace invoicing::http::test
