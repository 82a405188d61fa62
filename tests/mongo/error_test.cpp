// Which failure of the driver means what: nothing done, or nobody knows.
#include <string>

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

#include "mongo/bson_document.hpp"
#include "mongo/mongo_error.hpp"

namespace invoicing::mongo {
namespace {

bson_error_t error_of(std::uint32_t domain, std::uint32_t code) {
  bson_error_t error{};
  error.domain = domain;
  error.code = code;
  return error;
}

struct Case {
  const char* what;
  std::uint32_t domain;
  std::uint32_t code;
  Failure of_write;
  Failure of_read;
};

constexpr Case kCases[] = {
    {"no server", MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SERVER_SELECTION_FAILURE,
     Failure::unavailable, Failure::unavailable},
    {"wrong password", MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE, Failure::unavailable,
     Failure::unavailable},
    {"connection refused", MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, Failure::unavailable,
     Failure::unavailable},
    {"connection lost", MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, Failure::unknown,
     Failure::unavailable},
    {"answer garbled", MONGOC_ERROR_PROTOCOL, MONGOC_ERROR_PROTOCOL_INVALID_REPLY, Failure::unknown,
     Failure::unavailable},
    {"not the primary", MONGOC_ERROR_SERVER, 10107, Failure::unavailable, Failure::unavailable},
    {"stepped down", MONGOC_ERROR_SERVER, 189, Failure::unknown, Failure::unavailable},
    {"out of time", MONGOC_ERROR_SERVER, 50, Failure::unknown, Failure::unavailable},
    {"a code of later", MONGOC_ERROR_SERVER, 99'999, Failure::unknown, Failure::unavailable},
    {"wtimeout", MONGOC_ERROR_WRITE_CONCERN, 64, Failure::unknown, Failure::unavailable},
    {"disk full", MONGOC_ERROR_SERVER, 14031, Failure::full, Failure::full},
    {"duplicate", MONGOC_ERROR_SERVER, 11000, Failure::duplicate_key, Failure::duplicate_key},
    {"index in the way", MONGOC_ERROR_SERVER, 86, Failure::refused, Failure::refused},
    {"bad BSON", MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, Failure::refused, Failure::refused},
};

TEST(MongoError, a_write_that_may_have_happened_is_unknown_and_a_read_never_is) {
  for (const auto& each : kCases) {
    const auto error = error_of(each.domain, each.code);
    EXPECT_EQ(MongoError::of(Operation::write, error, nullptr).failure(), each.of_write)
        << each.what;
    if (each.domain == MONGOC_ERROR_WRITE_CONCERN) continue;  // a read has none
    EXPECT_EQ(MongoError::of(Operation::read, error, nullptr).failure(), each.of_read) << each.what;
  }
}

TEST(MongoError, a_write_concern_error_of_either_form_makes_the_outcome_unknown) {
  Document fault;
  fault.integer("code", 64).text("errmsg", "waiting for replication timed out");
  Document of_command;
  of_command.integer("ok", 1).document("writeConcernError", fault);
  Document of_driver;
  of_driver.integer("insertedCount", 1).array("writeConcernErrors", {fault});
  Document clean;
  clean.integer("insertedCount", 1).array("writeConcernErrors", {});
  EXPECT_TRUE(has_write_concern_error(of_command.get()));
  EXPECT_TRUE(has_write_concern_error(of_driver.get()));
  EXPECT_FALSE(has_write_concern_error(clean.get()));
  EXPECT_FALSE(has_write_concern_error(nullptr));
  const auto refused = error_of(MONGOC_ERROR_SERVER, 10107);
  for (const auto* reply : {&of_command, &of_driver}) {
    const auto error = MongoError::of(Operation::write, refused, reply->get());
    EXPECT_EQ(error.to_error().code(), ErrorCode::outcome_unknown);
  }
  const auto duplicate = error_of(MONGOC_ERROR_SERVER, 11000);
  EXPECT_EQ(MongoError::of(Operation::write, duplicate, of_driver.get()).failure(),
            Failure::duplicate_key);
}

TEST(MongoError, each_failure_is_told_to_callers_without_the_drivers_words) {
  const std::pair<Failure, ErrorCode> kCodes[] = {
      {Failure::unavailable, ErrorCode::storage_unavailable},
      {Failure::unknown, ErrorCode::outcome_unknown},
      {Failure::full, ErrorCode::storage_full},
      {Failure::duplicate_key, ErrorCode::internal_error},
      {Failure::refused, ErrorCode::internal_error}};
  for (const auto& [failure, code] : kCodes) {
    const auto error = MongoError(failure, "host-7 says no").to_error();
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.detail().find("host-7"), std::string::npos);
  }
}

}  // namespace
}  // namespace invoicing::mongo
