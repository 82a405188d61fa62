#pragma once

#include <cstdint>
#include <optional>

#include "http/message.hpp"

namespace invoicing::http {

class Connection;

/// The BodyReader of whatever request its connection runs.
class ConnectionBody final : public BodyReader {
 public:
  explicit ConnectionBody(Connection& connection) : connection_(connection) {}

  /// A new request: `bytes_max` 0 means no limit; `whole_bytes_max` is the limit of read_all().
  void begin(std::uint64_t bytes_max, std::uint64_t whole_bytes_max, bool streaming,
             bool expects_continue);

  Task<Result<std::string>> read_all() override;
  Task<Result<std::string_view>> read_some() override;

  bool failed() const { return error_.has_value(); }
  bool awaits_continue() const { return awaits_continue_; }
  /// The final answer is on its way: it is too late for "100 Continue".
  void forget_continue() { awaits_continue_ = false; }
  bool streaming() const { return streaming_; }
  std::uint64_t bytes_received() const { return bytes_received_; }
  void count_skipped(std::uint64_t bytes) { bytes_received_ += bytes; }

 private:
  Error fail(Error error);

  Connection& connection_;
  std::optional<Error> error_;
  std::uint64_t bytes_max_ = 0;
  std::uint64_t whole_bytes_max_ = 0;
  std::uint64_t bytes_received_ = 0;
  bool streaming_ = false;
  bool awaits_continue_ = false;
};

}  // namespace invoicing::http
