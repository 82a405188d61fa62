#include "http/request_parser.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include "http/request_target.hpp"
#include "http/tokens.hpp"

namespace invoicing::http {
namespace beast = boost::beast::http;
namespace {

// An empty line before the request line is tolerated (RFC 9112 §2.2), one of them.
constexpr std::string_view kEmptyLine = "\r\n";
// Longer than any method, so that a target is never cut off too early by the scan for its line.
constexpr std::size_t kMethodBytesMax = 32;
constexpr std::size_t kVersionBytes = 9;
constexpr std::size_t kChunkExtensionBytesMax = 256;
// The shortest rest of a chunked body that is not inside a chunk: "0\r\n\r\n". Beast's parser
// asserts that it never sees less after it saw the last chunk's size.
constexpr std::size_t kLastChunkBytes = 5;

ParseFault malformed(std::string_view detail) {
  return ParseFault{ErrorCode::malformed_request, 400, detail};
}

constexpr ParseFault kUriTooLong{ErrorCode::uri_too_long, 414, "The request target is too long."};
constexpr ParseFault kHeaderTooLarge{ErrorCode::header_too_large, 431,
                                     "The header block is too large or has too many fields."};

std::string_view to_view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// "HTTP/2.0" is a version that is not supported; "HTPT/1.1" is no version at all. A line that ends
// with a version of ours is at fault elsewhere: a blank in the target moves the version away.
bool ends_with_another_version(std::string_view line) {
  if (line.size() < kVersionBytes) return false;
  const std::string_view version = line.substr(line.size() - kVersionBytes);
  return version.starts_with(" HTTP/") && is_digit(version[6]) && version[7] == '.' &&
         is_digit(version[8]) && version != " HTTP/1.0" && version != " HTTP/1.1";
}

ParseFault fault_of(const boost::system::error_code& ec, std::string_view head) {
  if (ec == beast::error::bad_version) {
    const std::string_view line = head.substr(0, head.find(kEmptyLine));
    if (ends_with_another_version(line)) {
      return ParseFault{ErrorCode::http_version_not_supported, 505,
                        "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
    }
    return malformed("The request line is not a method, a target and a version.");
  }
  if (ec == beast::error::header_limit) return kHeaderTooLarge;
  if (ec == beast::error::bad_method) return malformed("The method is not a token.");
  if (ec == beast::error::bad_target) {
    return malformed("The request target is empty or holds a control character.");
  }
  if (ec == beast::error::bad_field) return malformed("A field name is not a token.");
  if (ec == beast::error::bad_content_length || ec == beast::error::multiple_content_length) {
    return malformed("Content-Length must be one decimal number, without Transfer-Encoding.");
  }
  if (ec == beast::error::bad_transfer_encoding) {
    return malformed("Transfer-Encoding must be 'chunked', once, without Content-Length.");
  }
  if (ec == beast::error::bad_chunk || ec == beast::error::bad_chunk_extension) {
    return malformed("The chunked body is malformed.");
  }
  return malformed("The request holds a control character or a bad line end.");
}

}  // namespace

HeadParser::HeadParser(Request& request, const ServerOptions& options)
    : request_(request), options_(options) {
  header_limit(static_cast<std::uint32_t>(options.head_bytes_max));
  body_limit(boost::none);
  eager(false);
}

std::size_t HeadParser::feed(std::string_view input, boost::system::error_code& ec) {
  input_ = input;
  piece_ = {};
  return put(boost::asio::buffer(input.data(), input.size()), ec);
}

void HeadParser::fail(const ParseFault& fault, error_code& ec) {
  fault_ = fault;
  ec = beast::error::bad_value;
}

void HeadParser::on_request_impl(beast::verb, string_view method, string_view target, int version,
                                 error_code& ec) {
  ec = {};
  request_.method_name = to_view(method);
  request_.method = http::parse_method(request_.method_name);
  request_.http_1_0 = version == 10;
  if (target.size() > options_.target_bytes_max) return fail(kUriTooLong, ec);
  if (!split_target(to_view(target), request_)) {
    fail(malformed("The request target must be a path, with a query after '?'."), ec);
  }
}

void HeadParser::on_response_impl(int, string_view, int, error_code&) {}

// Beast unfolds folded values (RFC 9112 §5.2) into a buffer of its own; if only the first line was
// empty, the line end lies between name and value.
bool HeadParser::is_folded(std::string_view name, std::string_view value) const {
  const auto address = [](const char* p) { return reinterpret_cast<std::uintptr_t>(p); };
  if (address(value.data()) < address(name.data()) ||
      address(value.data()) > address(input_.data() + input_.size())) {
    return true;
  }
  const char* const value_begin = value.data();
  return std::find(name.data() + name.size(), value_begin, '\r') != value_begin;
}

void HeadParser::on_field_impl(beast::field field, string_view name, string_view value,
                               error_code& ec) {
  ec = {};
  if (is_folded(to_view(name), to_view(value))) {
    return fail(malformed("Folded fields are obsolete; write each field on one line."), ec);
  }
  // Trailers are checked and dropped: what they said about the message would come too late.
  if (head_done_) return;
  if (request_.headers.size() == options_.head_fields_max) return fail(kHeaderTooLarge, ec);
  check_field(field, to_view(value), ec);
  request_.headers.push_back(HeaderView{to_view(name), to_view(value)});
}

void HeadParser::check_field(beast::field field, std::string_view value, error_code& ec) {
  switch (field) {
    case beast::field::host:
      ++host_count_;
      if (host_count_ > 1) return fail(malformed("Send one Host field."), ec);
      if (!is_host(value)) return fail(malformed("The Host field is malformed."), ec);
      return;
    case beast::field::content_length:
      if (has_content_length_ || !std::all_of(value.begin(), value.end(), http::is_digit)) {
        return fail(malformed("Content-Length must be one decimal number."), ec);
      }
      has_content_length_ = true;
      return;
    case beast::field::transfer_encoding:
      if (has_transfer_encoding_ || !iequals(value, "chunked")) {
        return fail(malformed("Transfer-Encoding must be 'chunked' alone."), ec);
      }
      has_transfer_encoding_ = true;
      return;
    case beast::field::content_encoding:
      has_content_encoding_ = true;
      return;
    case beast::field::expect:
      expectation_ = value;
      return;
    default:
      return;
  }
}

std::optional<ParseFault> HeadParser::check_head() const {
  if (host_count_ == 0 && !request_.http_1_0) return malformed("HTTP/1.1 needs a Host field.");
  if (has_transfer_encoding_ && request_.http_1_0) {
    return malformed("HTTP/1.0 knows no Transfer-Encoding.");
  }
  if (has_transfer_encoding_ && has_content_length_) {
    return malformed("Send Content-Length or Transfer-Encoding, not both.");
  }
  return std::nullopt;
}

void HeadParser::on_header_impl(error_code& ec) {
  ec = {};
  head_done_ = true;
  head_keeps_alive_ = keep_alive();
}

void HeadParser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) {
  ec = {};
}

std::size_t HeadParser::on_body_impl(string_view body, error_code& ec) {
  ec = {};
  piece_ = to_view(body);
  return body.size();
}

void HeadParser::on_chunk_header_impl(std::uint64_t size, string_view extension, error_code& ec) {
  ec = {};
  // Long extensions around small chunks would get past the body's limit; a bare LF inside a quoted
  // one is read as a line end by others.
  const bool control = std::any_of(extension.begin(), extension.end(), is_control);
  if (control || extension.size() > kChunkExtensionBytesMax) {
    return fail(malformed("A chunk extension is malformed or too long."), ec);
  }
  chunk_remaining_ = size;
}

std::size_t HeadParser::on_chunk_body_impl(std::uint64_t remaining, string_view body,
                                           error_code& ec) {
  ec = {};
  piece_ = to_view(body);
  chunk_remaining_ = remaining - body.size();
  return body.size();
}

void HeadParser::on_finish_impl(error_code& ec) {
  ec = {};
}

RequestParser::Head RequestParser::find_head(std::string_view input) {
  const auto faulty = [](const ParseFault& fault) { return Head{Head::State::faulty, 0, fault}; };
  if (scanned_ == 0) {
    if (input.empty() || input == kEmptyLine.substr(0, 1)) return {};
    if (input.starts_with(kEmptyLine)) scanned_ = line_start_ = kEmptyLine.size();
  }
  if (in_request_line_ && input.size() > line_start_ && !is_token_char(input[line_start_])) {
    return faulty(malformed("This is no HTTP request."));
  }
  while (scanned_ < input.size()) {
    const char* const from = input.data() + scanned_;
    const void* const found = std::memchr(from, '\n', input.size() - scanned_);
    if (found == nullptr) {
      scanned_ = input.size();
      break;
    }
    const auto line_end = static_cast<std::size_t>(static_cast<const char*>(found) - input.data());
    if (line_end == line_start_ || input[line_end - 1] != '\r') {
      return faulty(malformed("A line ends with LF alone; lines end with CR LF."));
    }
    const bool empty_line = line_end == line_start_ + 1;
    scanned_ = line_start_ = line_end + 1;
    in_request_line_ = false;
    if (!empty_line) continue;
    if (scanned_ > options_.head_bytes_max) return faulty(kHeaderTooLarge);
    return Head{Head::State::complete, scanned_, {}};
  }
  const std::size_t line_bytes_max =
      kMethodBytesMax + options_.target_bytes_max + kVersionBytes + kEmptyLine.size();
  if (in_request_line_ && input.size() - line_start_ > line_bytes_max) return faulty(kUriTooLong);
  if (input.size() >= options_.head_bytes_max) {
    return faulty(in_request_line_ ? kUriTooLong : kHeaderTooLarge);
  }
  return {};
}

std::optional<ParseFault> RequestParser::parse_head(std::string_view head, Request& request) {
  scanned_ = line_start_ = 0;
  in_request_line_ = true;
  request.headers.clear();
  request.path_parameter_count = 0;
  request.route_name = request.target = request.path = request.query = {};
  request.method_name = {};
  request.method = Method::other;
  request.http_1_0 = false;
  content_length_.reset();
  if (head.starts_with(kEmptyLine)) head.remove_prefix(kEmptyLine.size());

  parser_.emplace(request, options_);
  boost::system::error_code ec;
  const std::size_t consumed = parser_->feed(head, ec);
  if (parser_->fault()) return parser_->fault();
  if (ec) return fault_of(ec, head);
  if (consumed != head.size()) return malformed("The request's head is malformed.");
  if (auto fault = parser_->check_head()) return fault;
  if (const auto length = parser_->content_length()) content_length_ = *length;
  return std::nullopt;
}

RequestParser::Piece RequestParser::decode_body(std::string_view input) {
  Piece result;
  while (!parser_->is_done()) {
    const std::string_view rest = input.substr(result.consumed);
    const bool whole = parser_->chunked() && !parser_->inside_chunk();
    if (rest.empty() || (whole && rest.size() < kLastChunkBytes)) return result;
    boost::system::error_code ec;
    result.consumed += parser_->feed(rest, ec);
    if (ec == beast::error::need_more) return result;
    if (ec) {
      result.state = Piece::State::faulty;
      result.fault = parser_->fault() ? *parser_->fault() : fault_of(ec, {});
      return result;
    }
    if (parser_->piece().empty()) continue;
    result.state = Piece::State::data;
    result.data = parser_->piece();
    return result;
  }
  result.state = Piece::State::end;
  return result;
}

}  // namespace invoicing::http
