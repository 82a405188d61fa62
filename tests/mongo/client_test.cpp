// Opening, logging in, TLS, and what the operator is told when it does not work.
#include "mongo/client.hpp"

#include <gmock/gmock.h>

#include "tests/mongo/mongo_fixture.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPassword = "top-s3cret";

class MongoClient : public ::testing::Test {
 protected:
  static Result<std::unique_ptr<mongo::Client>> open(const std::string& uri) {
    mongo::ClientOptions options;
    options.uri = uri;
    options.connections = 2;
    return mongo::Client::open(std::move(options));
  }

  std::string refusal(const std::string& uri) {
    const auto client = open(uri);
    EXPECT_FALSE(client) << uri;
    if (client) return {};
    EXPECT_EQ(client.error().code(), ErrorCode::validation_failed);
    return client.error().detail();
  }

  /// What ping() answers on a new client.
  Result<mongo::ServerTime> ping(const std::string& uri) {
    auto client = open(uri);
    if (!client) return client.error();
    return testing::run(io, (*client)->ping(clock));
  }

  boost::asio::io_context io{1};
  memory::ManualClock clock{at()};
};

TEST_F(MongoClient, opening_needs_no_server) {
  const auto client = open("mongodb://127.0.0.1:1/");
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->database(), "invoice");
  EXPECT_EQ((*client)->address(), "mongodb://127.0.0.1:1/invoice");
}

TEST_F(MongoClient, the_uri_may_name_the_database_and_never_shows_its_password) {
  const auto client =
      open("mongodb://ann:" + std::string(kPassword) + "@a:1,b:2/books?authSource=admin");
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->database(), "books");
  EXPECT_EQ((*client)->address(), "mongodb://ann:***@a:1,b:2/books");
}

TEST_F(MongoClient, a_uri_that_is_none_is_refused_without_its_password) {
  for (const std::string uri :
       {"", "http://x", "mongodb://", "mongodb://ann:top-s3cret@/",
        // An @ that should have been %40 would make the rest of the password a host.
        "mongodb://ann:top@s3cret@host/", "mongodb://ann:top-s3cret@host:99999/",
        "mongodb://ann:top-s3cret@host/in.valid", "mongodb://host/?maxPoolSize=9999"}) {
    EXPECT_THAT(refusal(uri), AllOf(Not(HasSubstr("s3cret")), HasSubstr("MONGO_URI"))) << uri;
  }
}

TEST_F(MongoClient, a_missing_authority_file_is_named) {
  EXPECT_THAT(refusal("mongodb://host/?tls=true&tlsCAFile=/no/such/ca.pem"),
              AllOf(HasSubstr("/no/such/ca.pem"), HasSubstr("tlscafile")));
  EXPECT_THAT(refusal("mongodb://host/?tls=true&tlsCertificateKeyFile=/"),
              HasSubstr("tlscertificatekeyfile"));
}

TEST_F(MongoClient, nobody_switches_verification_off) {
  for (const std::string option :
       {"tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames"}) {
    EXPECT_THAT(refusal("mongodb://host/?tls=true&" + option + "=true"),
                AllOf(HasSubstr("MONGO_URI"), HasSubstr("tlsCAFile")));
    EXPECT_TRUE(open("mongodb://host/?tls=true&" + option + "=false")) << option;
  }
  EXPECT_THAT(refusal("mongodb://host/?ssl=true&sslAllowInvalidCertificates=true"),
              HasSubstr("tlsCAFile"));
}

TEST_F(MongoClient, ping_tells_the_difference_of_the_clocks) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  clock.set(now - std::chrono::hours(1));
  const auto time = ping(shared_mongo_uri(fresh_database_name()));
  ASSERT_TRUE(time) << time.error().detail();
  const auto wrong_by = time->ahead_of_us - std::chrono::hours(1);
  EXPECT_LT(std::chrono::abs(wrong_by), std::chrono::seconds(20));
}

TEST_F(MongoClient, every_call_is_measured_whatever_came_of_it) {
  std::vector<std::chrono::nanoseconds> took;
  const auto count = [&took](std::chrono::nanoseconds one) { took.push_back(one); };
  for (const auto& uri :
       {shared_mongo_uri(fresh_database_name()), std::string("mongodb://127.0.0.1:1/")}) {
    auto client = open(uri);
    ASSERT_TRUE(client);
    (*client)->on_call(count);
    static_cast<void>(testing::run(io, (*client)->ping(clock)));
    EXPECT_EQ((*client)->stats().running, 0u);
    EXPECT_GT((*client)->stats().threads, 2u);
  }
  ASSERT_EQ(took.size(), 2u);
  EXPECT_GT(took.front().count(), 0);
}

TEST_F(MongoClient, a_wrong_password_is_said_without_the_password) {
  MongoServer server;
  const std::string uri = "mongodb://tester:" + std::string(kPassword) +
                          "@127.0.0.1:" + std::to_string(server.port()) + "/?authSource=admin";
  const auto time = ping(uri);
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().code(), ErrorCode::storage_unavailable);
  EXPECT_THAT(time.error().detail(), AllOf(HasSubstr("tester:***@127.0.0.1"),
                                           HasSubstr("uthentication"), Not(HasSubstr(kPassword))));
  const auto nobody = ping("mongodb://127.0.0.1:" + std::to_string(server.port()) + "/");
  ASSERT_TRUE(nobody) << "hello and ping need no login";
}

TEST_F(MongoClient, nobody_there_is_said_in_time_with_the_address) {
  const auto begin = std::chrono::steady_clock::now();
  const auto time = ping("mongodb://127.0.0.1:1/");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().code(), ErrorCode::storage_unavailable);
  EXPECT_THAT(time.error().detail(), HasSubstr("127.0.0.1:1"));
}

TEST_F(MongoClient, tls_works_with_the_servers_authority_and_with_no_other) {
  MongoServer server({.file = {}, .port = 0, .tls = true});
  const std::string file = MongoServer::certificate().string();
  EXPECT_TRUE(ping(server.uri("books", "tls=true&tlsCAFile=" + file)));
  {
    auto client = open_test_client(server.uri("books", "tls=true&tlsCAFile=" + file));
    mongo::MongoInvoiceStore invoices(*client);
    const auto inserted = testing::run(io, invoices.insert(sample_invoice(1)));
    ASSERT_TRUE(inserted);
    EXPECT_EQ(inserted->result, InsertResult::created);
  }
  const auto unknown = ping(server.uri("books", "tls=true"));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().detail(), AllOf(HasSubstr("TLS"), Not(HasSubstr("s3cret"))));
  EXPECT_FALSE(ping(server.uri("books")));
}

}  // namespace
}  // namespace invoicing::testing
