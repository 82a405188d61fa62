#include "http/output_queue.hpp"

#include <algorithm>
#include <charconv>

#include "http/tokens.hpp"

namespace invoicing::http {
namespace {

// More buffers than that are split by the kernel's interface anyway.
constexpr std::size_t kBuffersPerSend = 64;

std::string_view content(const Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body)) {
    return *shared ? std::string_view(**shared) : std::string_view();
  }
  return {};
}

void append_number(std::string& out, std::uint64_t number, int base) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

bool has_no_body(unsigned status) {
  return status == 204 || status == 304;
}

bool is_clean(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return is_control(c) && c != '\t'; });
}

}  // namespace

bool is_sendable(const Response& response) {
  if (response.status < 200 || response.status > 599) return false;
  return std::all_of(response.headers.begin(), response.headers.end(),
                     [](const ResponseHeader& header) { return is_clean(header.value); });
}

void OutputQueue::append_head(const Response& response, const Framing& framing) {
  heads_ += "HTTP/1.1 ";
  append_number(heads_, response.status, 10);
  heads_ += ' ';
  heads_ += reason_phrase(response.status);
  heads_ += "\r\nDate: ";
  heads_ += framing.date;
  if (!framing.request_id.empty()) {
    heads_ += "\r\nX-Request-Id: ";
    heads_ += framing.request_id;
  }
  if (!response.content_type.empty()) {
    heads_ += "\r\nContent-Type: ";
    heads_ += response.content_type;
  }
  for (const ResponseHeader& header : response.headers) {
    heads_ += "\r\n";
    heads_ += header.name;
    heads_ += ": ";
    heads_ += header.value;
  }
  if (!framing.keep_alive) {
    heads_ += "\r\nConnection: close";
  } else if (framing.http_1_0) {
    heads_ += "\r\nConnection: keep-alive";
  }
}

std::uint64_t OutputQueue::append(Response response, const Framing& framing) {
  const std::size_t before = heads_.size();
  append_head(response, framing);
  const std::string_view body = content(response.body);
  if (!has_no_body(response.status)) {
    heads_ += "\r\nContent-Length: ";
    append_number(heads_, body.size(), 10);
  }
  heads_ += "\r\n\r\n";
  const bool bodiless = framing.head_only || has_no_body(response.status);
  const std::size_t sent = bodiless ? 0 : body.size();
  push(bodiless ? Body() : std::move(response.body), {}, heads_.size() - before);
  return sent;
}

void OutputQueue::append_stream_head(const Response& response, const Framing& framing) {
  const std::size_t before = heads_.size();
  append_head(response, framing);
  heads_ += framing.http_1_0 ? "\r\n\r\n" : "\r\nTransfer-Encoding: chunked\r\n\r\n";
  push(Body(), {}, heads_.size() - before);
}

void OutputQueue::append_piece(std::string_view data, const Framing& framing) {
  if (framing.http_1_0) return push(Body(), data, 0);
  const std::size_t before = heads_.size();
  append_number(heads_, data.size(), 16);
  heads_ += "\r\n";
  push(Body(), data, heads_.size() - before);
  heads_ += "\r\n";
  push(Body(), {}, 2);
}

void OutputQueue::append_end_of_stream(const Framing& framing) {
  if (framing.http_1_0) return;
  constexpr std::string_view kLastChunk = "0\r\n\r\n";
  heads_ += kLastChunk;
  push(Body(), {}, kLastChunk.size());
}

void OutputQueue::append_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  heads_ += kContinue;
  push(Body(), {}, kContinue.size());
}

void OutputQueue::push(Body body, std::string_view borrowed, std::size_t head_bytes) {
  pending_bytes_ += head_bytes + content(body).size() + borrowed.size();
  items_.push_back(Item{heads_.size(), std::move(body), borrowed});
}

std::span<const boost::asio::const_buffer> OutputQueue::buffers() {
  if (buffers_.empty()) {
    // Only now: heads_ and items_ move while they grow.
    std::size_t head_begin = 0;
    for (const Item& item : items_) {
      const std::string_view body = item.borrowed.empty() ? content(item.body) : item.borrowed;
      if (item.head_end > head_begin) {
        buffers_.emplace_back(heads_.data() + head_begin, item.head_end - head_begin);
        head_begin = item.head_end;
      }
      if (!body.empty()) buffers_.emplace_back(body.data(), body.size());
    }
  }
  const std::span all(buffers_);
  const std::size_t count = std::min(buffers_.size() - next_buffer_, kBuffersPerSend);
  return all.subspan(next_buffer_, count);
}

void OutputQueue::consume(std::size_t bytes) {
  pending_bytes_ -= bytes;
  while (bytes > 0) {
    auto& buffer = buffers_[next_buffer_];
    const std::size_t taken = std::min(bytes, buffer.size());
    buffer += taken;
    bytes -= taken;
    if (buffer.size() == 0) ++next_buffer_;
  }
  if (pending_bytes_ > 0) return;
  heads_.clear();
  items_.clear();
  buffers_.clear();
  next_buffer_ = 0;
}

}  // namespace invoicing::http
