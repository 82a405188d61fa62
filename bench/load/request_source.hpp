#pragma once
// What the load program sends: whole requests as text, one after the other.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace invoicing::bench {

enum class Kind : std::uint8_t { get, post };

struct RequestOptions {
  std::string path;              ///< of every GET; unused with ids
  std::vector<std::string> ids;  ///< GET /invoices/{id} of one of them at random
  double post_share = 0;         ///< 0: GETs only, 1: POSTs only
  bool keys = false;             ///< POSTs with an Idempotency-Key of their own
  std::uint64_t seed = 1;        ///< other seeds give other references, keys and orders
};

/// Not thread-safe.
class RequestSource {
 public:
  explicit RequestSource(RequestOptions options);

  /// Appends the next request.
  Kind append(std::string& out);

 private:
  void append_get(std::string& out);
  void append_post(std::string& out);

  const RequestOptions options_;
  std::mt19937_64 random_;
  std::uint64_t posts_ = 0;
};

}  // namespace invoicing::bench
