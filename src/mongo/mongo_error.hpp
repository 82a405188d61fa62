#pragma once
// A failed call of libmongoc. Thrown inside this folder only: Engine::run turns it into an Error at
// the door.

#include <stdexcept>
#include <string>

#include <bson/bson.h>

#include "domain/error.hpp"

namespace invoicing::mongo {

/// What kind of call has failed, which decides whether anything may have been done.
enum class Operation { read, write };

/// What became of it.
enum class Failure {
  unavailable,    ///< nothing was done (or a read failed): no server, no connection, no leave
  unknown,        ///< done or not: a lost answer, a write concern that was not met in time
  full,           ///< the server's disk is full
  duplicate_key,  ///< 11000
  refused,        ///< the server understood and said no: a bug, or an index in the way
};

class MongoError : public std::runtime_error {
 public:
  /// `words`: for the log; the driver's and the server's, who know no password at this point.
  MongoError(Failure failure, const std::string& words)
      : std::runtime_error(words), failure_(failure) {}

  /// The failure of one call. `reply` may be empty; what it says of write concerns goes before
  /// `error`, except that a duplicate key stays one.
  static MongoError of(Operation operation, const bson_error_t& error, const bson_t* reply);

  Failure failure() const { return failure_; }
  /// The server or the way to it is at fault, not the call: concerns readiness.
  bool is_environment() const;
  /// What a caller of a port sees.
  Error to_error() const;

 private:
  Failure failure_;
};

/// Whether the reply of a write says that its write concern was not met: `writeConcernErrors` of
/// the driver's own replies, `writeConcernError` of a command's.
bool has_write_concern_error(const bson_t* reply);

/// The kind of failure behind an error of the driver. Not for duplicate keys inside a batch.
Failure classify(Operation operation, const bson_error_t& error);

}  // namespace invoicing::mongo
