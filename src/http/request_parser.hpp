#pragma once
// From bytes to requests, without sockets: finds the end of a head, parses it, decodes the body.
// Beast's parser does the grammar; what it lets through and security demands is checked here.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "domain/error.hpp"
#include "http/message.hpp"
#include "http/server_options.hpp"

namespace invoicing::http {

/// Why a request cannot be served. After one the connection's framing is lost: answer and close.
struct ParseFault {
  ErrorCode code = ErrorCode::malformed_request;
  unsigned status = 400;
  std::string_view detail;  ///< static
};

/// Grammar and security checks of one head, as callbacks of Beast's parser.
class HeadParser final : public boost::beast::http::basic_parser<true> {
 public:
  HeadParser(Request& request, const ServerOptions& options);

  /// Call this instead of put(): the checks need to know where the input lies.
  std::size_t feed(std::string_view input, boost::system::error_code& ec);

  const std::optional<ParseFault>& fault() const { return fault_; }
  /// What is wrong with the head as a whole, once it was parsed.
  std::optional<ParseFault> check_head() const;
  bool head_keeps_alive() const { return head_keeps_alive_; }
  std::string_view expectation() const { return expectation_; }
  bool has_content_encoding() const { return has_content_encoding_; }

  /// The piece of body that the last feed() found.
  std::string_view piece() const { return piece_; }
  bool inside_chunk() const { return chunk_remaining_ > 0; }

 private:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb, string_view method, string_view target,
                       int version, error_code& ec) override;
  void on_response_impl(int, string_view, int, error_code&) override;
  void on_field_impl(boost::beast::http::field field, string_view name, string_view value,
                     error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override;
  std::size_t on_body_impl(string_view body, error_code& ec) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extension, error_code& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, string_view body,
                                 error_code& ec) override;
  void on_finish_impl(error_code& ec) override;

  void check_field(boost::beast::http::field field, std::string_view value, error_code& ec);
  bool is_folded(std::string_view name, std::string_view value) const;
  void fail(const ParseFault& fault, error_code& ec);

  Request& request_;
  const ServerOptions& options_;
  std::optional<ParseFault> fault_;
  std::string_view input_;
  std::string_view piece_;
  std::string_view expectation_;
  std::uint64_t chunk_remaining_ = 0;
  unsigned host_count_ = 0;
  bool has_content_length_ = false;
  bool has_transfer_encoding_ = false;
  bool has_content_encoding_ = false;
  bool head_done_ = false;
  bool head_keeps_alive_ = false;
};

/// The requests of one connection, one after another:
/// find_head until complete, parse_head, decode_body until the end, again.
class RequestParser {
 public:
  /// `options` must outlive the parser.
  explicit RequestParser(const ServerOptions& options) : options_(options) {}

  struct Head {
    enum class State { incomplete, complete, faulty };
    State state = State::incomplete;
    std::size_t length = 0;  ///< complete: of the head with all its line ends
    ParseFault fault;        ///< faulty
  };

  /// `input` starts where the request starts and holds at least what it held at the last call
  /// (its address may differ). Refuses bare LF and what is too long as early as it is seen.
  Head find_head(std::string_view input);

  /// Fills `request` with views into `head`, whose memory must stay in place until the request is
  /// done with. Returns the fault, if there is one.
  std::optional<ParseFault> parse_head(std::string_view head, Request& request);

  struct Piece {
    enum class State { data, need_more, end, faulty };
    State state = State::need_more;
    std::size_t consumed = 0;  ///< bytes of `input` that are done with
    std::string_view data;     ///< part of `input`
    ParseFault fault;
  };

  /// `input` starts where the last call stopped consuming. On need_more pass the rest again with
  /// more behind it.
  Piece decode_body(std::string_view input);

  bool body_ended() const { return parser_->is_done(); }
  bool keeps_alive() const { return parser_->head_keeps_alive(); }
  std::string_view expectation() const { return parser_->expectation(); }
  bool has_content_encoding() const { return parser_->has_content_encoding(); }
  /// Of the head's Content-Length; none if chunked or without body.
  std::optional<std::uint64_t> content_length() const { return content_length_; }

 private:
  const ServerOptions& options_;
  std::optional<HeadParser> parser_;
  std::optional<std::uint64_t> content_length_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  bool in_request_line_ = true;
};

}  // namespace invoicing::http
