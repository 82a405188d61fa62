#pragma once
// The URI of the server: read, checked, completed by our limits.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <mongoc/mongoc.h>

#include "domain/result.hpp"

namespace invoicing::mongo {

/// Immutable; any thread.
class ServerUri {
 public:
  /// Error validation_failed with a sentence for the operator, which repeats nothing of the URI but
  /// file names and the name of the database.
  static Result<ServerUri> parse(const std::string& text, const std::string& application);

  const std::string& database() const { return database_; }
  /// Without the password.
  const std::string& address() const { return address_; }
  /// maxPoolSize, or `otherwise` when the URI does not name it.
  std::size_t connections(std::size_t otherwise) const;
  /// `text` with every appearance of the password replaced by ***.
  std::string without_password(std::string text) const;

  struct Destroy {
    void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
  };
  using Handle = std::unique_ptr<mongoc_uri_t, Destroy>;
  /// A copy for a pool of so many connections; `socket_timeout_ms` goes before the URI's unless 0.
  Handle for_pool(std::size_t connections, std::int32_t socket_timeout_ms) const;

 private:
  explicit ServerUri(Handle uri) : uri_(std::move(uri)) {}

  Handle uri_;
  std::string database_;
  std::string address_;
};

}  // namespace invoicing::mongo
