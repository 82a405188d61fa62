// The certificate of the server: what a start takes, and how another one comes into use.

#include "services/common/tls_watch.hpp"

#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "ops/log.hpp"
#include "services/invoice_service/options.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::services {
namespace {

using namespace std::chrono_literals;

std::string refusal_of(const std::vector<std::string>& words) {
  const auto line = ops::parse_command_line(invoice_service_program(), words, {});
  const auto options = tls_options(std::get<ops::CommandLine>(line));
  if (!options) return options.error().detail();
  return *options ? "on" : "off";
}

TEST(TlsOptions, NeedCertificateAndKey) {
  EXPECT_EQ(refusal_of({}), "off");
  EXPECT_EQ(refusal_of({"--tls-cert-file=a", "--tls-key-file=b"}), "on");
  const std::string cure =
      " does nothing alone; TLS needs TLS_CERT_FILE and TLS_KEY_FILE, plain HTTP neither";
  EXPECT_EQ(refusal_of({"--tls-cert-file=a"}),
            "invoice-service: --tls-cert-file: TLS_CERT_FILE" + cure);
  EXPECT_EQ(refusal_of({"--tls-key-file=a"}),
            "invoice-service: --tls-key-file: TLS_KEY_FILE" + cure);
  EXPECT_EQ(refusal_of({"--tls-client-ca-file=a"}),
            "invoice-service: --tls-client-ca-file: TLS_CLIENT_CA_FILE" + cure);
}

class TlsWatchTest : public ::testing::Test {
 protected:
  TlsWatchTest() { ops::log::start(ops::LogLevel::info, ops::LogFormat::text, &log_); }
  ~TlsWatchTest() override { ops::log::start(ops::LogLevel::info, ops::LogFormat::text); }

  static void write(const std::filesystem::path& file, const std::string& text) {
    const std::filesystem::path next = file.string() + ".next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, file);
  }
  void publish(const testing::Credentials& made) {
    write(files_.certificate, made.certificate);
    write(files_.key, made.key);
  }
  testing::Credentials issue(std::chrono::seconds valid_for = 1h) const {
    return authority_.issue("server", valid_for);
  }
  std::string refusal() {
    TlsWatch watch(io_.get_executor(), files_);
    const auto opened = watch.open();
    return opened ? "none" : opened.error().detail();
  }
  void run(TlsWatch& watch) { boost::asio::co_spawn(io_, watch.run(), boost::asio::detached); }
  /// Whether `condition` comes true in time.
  bool soon(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end) io_.run_one_for(20ms);
    return condition();
  }
  void end(TlsWatch& watch) {
    watch.stop();
    io_.run();
  }
  std::size_t count(const std::string& words) const {
    const std::string text = log_.str();
    std::size_t found = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
      ++found;
    }
    return found;
  }

  std::ostringstream log_;
  testing::TempFolder folder_;
  TlsFiles files_{folder_.path() / "cert.pem", folder_.path() / "key.pem", {}};
  boost::asio::io_context io_{1};
  testing::Authority authority_{"authority"};
};

TEST_F(TlsWatchTest, WithoutFilesThereIsNoTls) {
  TlsWatch watch(io_.get_executor(), std::nullopt);
  EXPECT_TRUE(watch.open());
  EXPECT_FALSE(watch.is_on());
  EXPECT_EQ(watch.source(), nullptr);
  run(watch);
  io_.run();
  ops::Metrics metrics;
  add_tls_metrics(metrics, watch);
  EXPECT_NE(metrics.text().find("\ntls_certificate_not_after_timestamp_seconds 0\n"),
            std::string::npos);
}

TEST_F(TlsWatchTest, AFaultNamesOptionFileAndCure) {
  const std::string certificate = "TLS_CERT_FILE: " + files_.certificate.string() + ": ";
  const std::string key = "TLS_KEY_FILE: " + files_.key.string() + ": ";
  EXPECT_EQ(refusal(),
            certificate + "No such file or directory; name a file that this user may read");
  publish(issue());
  EXPECT_EQ(refusal(), "none");
  std::filesystem::remove(files_.key);
  std::filesystem::create_directory(files_.key);
  EXPECT_EQ(refusal(), key + "Is a directory; name a file that this user may read");
  std::filesystem::remove(files_.key);
  write(files_.key, issue().key);
  EXPECT_EQ(refusal(), key +
                           "does not fit the first certificate; name the two that were made "
                           "together");
  write(files_.key, std::string(std::size_t{1024} * 1024 + 1, 'x'));
  EXPECT_EQ(refusal(), key + "is larger than 1 MB; name a file with PEM blocks alone");
  write(files_.certificate, "");
  EXPECT_EQ(refusal().find(key), 0U) << "files are read before any is looked into";
  write(files_.key, "");
  EXPECT_EQ(refusal(), certificate + "holds no certificate; name a file with PEM blocks");
}

TEST_F(TlsWatchTest, AnEmptyFileOfAuthoritiesDoesNotLetEverybodyIn) {
  publish(issue());
  files_.client_ca = folder_.path() / "ca.pem";
  write(files_.client_ca, "");
  EXPECT_EQ(refusal(), "TLS_CLIENT_CA_FILE: " + files_.client_ca.string() +
                           ": is empty; name a file with PEM blocks");
  write(files_.client_ca, authority_.certificate());
  EXPECT_EQ(refusal(), "none");
}

TEST_F(TlsWatchTest, AnExpiredCertificateIsUsedWithAWarning) {
  publish(issue(-1h));
  EXPECT_EQ(refusal(), "none");
  EXPECT_EQ(count("the TLS certificate has expired"), 1U);
}

TEST_F(TlsWatchTest, ANewPairComesIntoUse) {
  publish(issue(1h));
  TlsWatch watch(io_.get_executor(), files_, 10ms);
  ASSERT_TRUE(watch.open());
  ops::Metrics metrics;
  add_tls_metrics(metrics, watch);
  const std::string before = metrics.text();
  const auto first = watch.source()->current();
  run(watch);
  publish(issue(2h));
  EXPECT_TRUE(soon([&] { return watch.source()->current() != first; }));
  EXPECT_GT(watch.source()->current()->not_after() - first->not_after(), 59min);
  EXPECT_NE(metrics.text(), before);
  EXPECT_EQ(count("the TLS certificate is in use"), 2U);
  EXPECT_EQ(count("stays as it was"), 0U);
  end(watch);
}

TEST_F(TlsWatchTest, ABrokenOneIsComplainedOfOnceAndTheOldOneStays) {
  publish(issue());
  TlsWatch watch(io_.get_executor(), files_, 5ms);
  ASSERT_TRUE(watch.open());
  const auto first = watch.source()->current();
  run(watch);
  write(files_.key, issue().key);
  EXPECT_TRUE(soon([&] { return count("stays as it was") == 1; }));
  io_.run_for(100ms);
  EXPECT_EQ(count("stays as it was"), 1U);
  std::filesystem::remove(files_.key);
  EXPECT_TRUE(soon([&] { return count("stays as it was") == 2; })) << "another fault is told";
  io_.run_for(100ms);
  EXPECT_EQ(count("stays as it was"), 2U);
  EXPECT_EQ(watch.source()->current(), first);
  publish(issue());
  EXPECT_TRUE(soon([&] { return watch.source()->current() != first; }));
  end(watch);
}

TEST_F(TlsWatchTest, APairThatIsHalfWrittenIsNotComplainedOf) {
  publish(issue());
  TlsWatch watch(io_.get_executor(), files_, 200ms);
  ASSERT_TRUE(watch.open());
  const auto first = watch.source()->current();
  run(watch);
  const auto next = issue();
  write(files_.certificate, next.certificate);
  io_.run_one_for(20s);
  write(files_.key, next.key);
  EXPECT_TRUE(soon([&] { return watch.source()->current() != first; }));
  EXPECT_EQ(count("stays as it was"), 0U);
  end(watch);
}

}  // namespace
}  // namespace invoicing::services
