#include "http/connection_body.hpp"

#include <algorithm>
#include <utility>

#include "http/connection.hpp"

namespace invoicing::http {
namespace {

constexpr std::size_t kReadBytes = 32 * 1024;
// What is reserved at once on the word of a Content-Length.
constexpr std::uint64_t kReserveBytesMax = 64 * 1024;

Error too_large(std::uint64_t limit) {
  return Error(ErrorCode::body_too_large,
               "The body is larger than " + std::to_string(limit) + " bytes.");
}

}  // namespace

void ConnectionBody::begin(std::uint64_t bytes_max, std::uint64_t whole_bytes_max, bool streaming,
                           bool expects_continue) {
  error_.reset();
  bytes_max_ = bytes_max;
  whole_bytes_max_ = whole_bytes_max;
  bytes_received_ = 0;
  streaming_ = streaming;
  awaits_continue_ = expects_continue;
}

Error ConnectionBody::fail(Error error) {
  error_ = error;
  return error;
}

Task<Result<std::string_view>> ConnectionBody::read_some() {
  if (error_) co_return *error_;
  for (;;) {
    const auto piece = connection_.parser_.decode_body(connection_.input_.view());
    connection_.input_.consume(piece.consumed);
    switch (piece.state) {
      case RequestParser::Piece::State::data:
        bytes_received_ += piece.data.size();
        if (bytes_max_ != 0 && bytes_received_ > bytes_max_) co_return fail(too_large(bytes_max_));
        co_return piece.data;
      case RequestParser::Piece::State::end:
        co_return std::string_view();
      case RequestParser::Piece::State::faulty:
        co_return fail(Error(piece.fault.code, std::string(piece.fault.detail)));
      case RequestParser::Piece::State::need_more:
        break;
    }
    const auto length = connection_.parser_.content_length();
    const std::uint64_t missing = length ? *length - bytes_received_ : kReadBytes;
    const bool received = co_await connection_.receive_body(
        static_cast<std::size_t>(std::min<std::uint64_t>(missing, kReadBytes)));
    if (received) continue;
    if (connection_.expired_) {
      co_return fail(Error(ErrorCode::request_timeout, "The body did not arrive in time."));
    }
    co_return fail(Error(ErrorCode::malformed_request, "The body ended before it was complete."));
  }
}

Task<Result<std::string>> ConnectionBody::read_all() {
  if (error_) co_return *error_;
  const std::uint64_t length = connection_.parser_.content_length().value_or(0);
  if (length > whole_bytes_max_) co_return fail(too_large(whole_bytes_max_));
  std::string whole;
  whole.reserve(static_cast<std::size_t>(std::min(length, kReserveBytesMax)));
  for (;;) {
    const auto piece = co_await read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return std::move(whole);
    whole += *piece;
    if (whole.size() > whole_bytes_max_) co_return fail(too_large(whole_bytes_max_));
  }
}

}  // namespace invoicing::http
