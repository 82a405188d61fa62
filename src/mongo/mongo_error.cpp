#include "mongo/mongo_error.hpp"

#include <algorithm>
#include <array>

#include <mongoc/mongoc.h>

#include "mongo/bson_document.hpp"

namespace invoicing::mongo {
namespace {

constexpr std::uint32_t kDuplicateKey = 11000;
constexpr std::uint32_t kOutOfDiskSpace = 14031;

// The server answered before it did anything: not the primary, not logged in, no leave, no room for
// another operation.
constexpr std::array<std::uint32_t, 10> kNothingDone = {13,    18,    8000, 10107, 13435,
                                                        13436, 10058, 202,  365,   133};
// It may have stopped half-way: shut down, stepped down, interrupted, out of time.
constexpr std::array<std::uint32_t, 9> kHalfWay = {91, 189, 11600, 11602, 262, 50, 64, 112, 9001};
// The call itself is wrong: such an error stays the same however often it is tried.
constexpr std::array<std::uint32_t, 9> kRefused = {2, 9, 14, 22, 59, 72, 85, 86, 121};

template <std::size_t size>
bool is_one_of(const std::array<std::uint32_t, size>& codes, std::uint32_t code) {
  return std::ranges::find(codes, code) != codes.end();
}

Failure classify_server_error(Operation operation, std::uint32_t code) {
  if (code == kDuplicateKey) return Failure::duplicate_key;
  if (code == kOutOfDiskSpace) return Failure::full;
  if (is_one_of(kRefused, code)) return Failure::refused;
  if (operation == Operation::read || is_one_of(kNothingDone, code)) return Failure::unavailable;
  if (is_one_of(kHalfWay, code)) return Failure::unknown;
  // Nothing is known of any other code; the retry finds out.
  return Failure::unknown;
}

}  // namespace

Failure classify(Operation operation, const bson_error_t& error) {
  switch (error.domain) {
    case MONGOC_ERROR_SERVER:
      return classify_server_error(operation, error.code);
    case MONGOC_ERROR_WRITE_CONCERN:
      return Failure::unknown;
    case MONGOC_ERROR_STREAM:
      // Only what was sent can have been done.
      if (operation == Operation::write && error.code != MONGOC_ERROR_STREAM_NAME_RESOLUTION &&
          error.code != MONGOC_ERROR_STREAM_CONNECT &&
          error.code != MONGOC_ERROR_STREAM_NOT_ESTABLISHED) {
        return Failure::unknown;
      }
      return Failure::unavailable;
    case MONGOC_ERROR_PROTOCOL:
      return operation == Operation::write ? Failure::unknown : Failure::unavailable;
    case MONGOC_ERROR_BSON:
    case MONGOC_ERROR_COMMAND:
    case MONGOC_ERROR_NAMESPACE:
      return Failure::refused;
    default:  // server selection, log-in, pool: before anything was sent
      return Failure::unavailable;
  }
}

bool has_write_concern_error(const bson_t* reply) {
  if (reply == nullptr) return false;
  bool found = !Reader(reply).is_missing("writeConcernError");
  Reader(reply).each("writeConcernErrors", [&](const Value&) { found = true; });
  return found;
}

MongoError MongoError::of(Operation operation, const bson_error_t& error, const bson_t* reply) {
  const Failure failure = classify(operation, error);
  std::string words = error.message;
  words += " (" + std::to_string(error.domain) + "/" + std::to_string(error.code) + ")";
  if (failure != Failure::duplicate_key && has_write_concern_error(reply)) {
    return {Failure::unknown, "the write concern was not met: " + words};
  }
  return {failure, words};
}

bool MongoError::is_environment() const {
  return failure_ != Failure::duplicate_key && failure_ != Failure::refused;
}

Error MongoError::to_error() const {
  switch (failure_) {
    case Failure::unavailable:
      return Error(ErrorCode::storage_unavailable,
                   "The store cannot be read or written at the moment; try again shortly.");
    case Failure::unknown:
      return Error(
          ErrorCode::outcome_unknown,
          "The store did not confirm the write: it may have happened or not. Send the same "
          "request again to find out.");
    case Failure::full:
      return Error(ErrorCode::storage_full, "The disk of the store is full; nothing was stored.");
    case Failure::duplicate_key:
    case Failure::refused:
      break;
  }
  return Error(ErrorCode::internal_error, "The store has refused a statement.");
}

}  // namespace invoicing::mongo
