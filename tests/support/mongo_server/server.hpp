#pragma once
// A MongoDB for tests: the one that MONGO_URI_TEST names, else the test server of this folder.

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

namespace invoicing::testing {

struct MongoServerOptions {
  std::filesystem::path file;  ///< empty: in memory
  int port = 0;                ///< 0: any
  bool tls = false;            ///< with a certificate of its own, see certificate()
};

/// A process of the test server. It ends with the object, and by itself when the test process does.
class MongoServer {
 public:
  /// Returns once it takes connections. Throws std::runtime_error: it was not built
  /// (tests/support/mongo_server/build), or it did not start within a minute.
  explicit MongoServer(MongoServerOptions options = {});
  ~MongoServer();
  MongoServer(const MongoServer&) = delete;
  MongoServer& operator=(const MongoServer&) = delete;

  /// With user and password; `options` as "key=value&key=value".
  std::string uri(const std::string& database, const std::string& options = {}) const;
  int port() const { return port_; }
  /// SIGKILL; returns once the process is gone. Any number of times.
  void kill();
  /// SIGSTOP and SIGCONT.
  void freeze() const;
  void thaw() const;

  static constexpr const char* kUser = "tester";
  static constexpr const char* kPassword = "s3cret-of-the-test";
  /// The file with the certificate of a TLS server, which is its own authority, for "localhost" and
  /// 127.0.0.1.
  static std::filesystem::path certificate();

 private:
  pid_t pid_ = -1;
  int stdin_ = -1;
  int port_ = 0;
};

/// A URI of the server that all tests share, with this database. MONGO_URI_TEST (which may hold
/// options, no database) or a server that is started for this process.
std::string shared_mongo_uri(const std::string& database);
/// Whether that is our test server, which knows failCommand with loseAnswer but no explain.
bool shared_mongo_is_test_server();

/// A name that no other test has: "test_" and random digits.
std::string fresh_database_name();

}  // namespace invoicing::testing
