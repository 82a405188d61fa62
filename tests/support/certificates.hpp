#pragma once
// Certificates made for a test, by an authority of its own.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace invoicing::testing {

/// In PEM.
struct Credentials {
  std::string certificate;
  std::string key;
};

/// Signs with a key on P-256, as all that it makes have.
class Authority {
 public:
  explicit Authority(const std::string& name) : key_(make_key()) {
    certificate_ = make(name, key_.get(), std::chrono::hours(1), "CA:TRUE");
  }

  std::string certificate() const {
    return text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate_.get()); });
  }

  /// `valid_for` may be negative: then it has expired.
  Credentials issue(const std::string& name,
                    std::chrono::seconds valid_for = std::chrono::hours(1)) const {
    const Key key = make_key();
    const Certificate made = make(name, key.get(), valid_for, "CA:FALSE");
    return {
        text([&](BIO* bio) { return PEM_write_bio_X509(bio, made.get()); }), text([&](BIO* bio) {
          return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        })};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free_all(bio); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  static void check(bool done) {
    if (!done) throw std::runtime_error("OpenSSL cannot make a certificate");
  }

  static Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    check(key != nullptr);
    return key;
  }

  template <typename Write>
  static std::string text(const Write& write) {
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    check(write(bio.get()) == 1);
    char* data = nullptr;
    const long bytes = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(bytes)};
  }

  // Signed by itself as long as this authority has no certificate.
  Certificate make(const std::string& name, EVP_PKEY* key, std::chrono::seconds valid_for,
                   const char* constraints) const {
    static long serial = 0;
    Certificate made(X509_new());
    X509* const raw = made.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -2 * 24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), valid_for.count());
    X509_set_pubkey(raw, key);
    X509_NAME* const subject = X509_get_subject_name(raw);
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                     0) == 1);
    X509_set_issuer_name(raw, certificate_ ? X509_get_subject_name(certificate_.get()) : subject);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, constraints);
    check(extension != nullptr && X509_add_ext(raw, extension, -1) == 1);
    X509_EXTENSION_free(extension);
    check(X509_sign(raw, key_.get(), EVP_sha256()) > 0);
    return made;
  }

  Key key_;
  Certificate certificate_;
};

}  // namespace invoicing::testing
