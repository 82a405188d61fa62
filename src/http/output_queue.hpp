#pragma once
// Answers on their way out: heads in one string, bodies by reference, all in one gather write.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "http/message.hpp"

namespace invoicing::http {

/// How an answer is framed.
struct Framing {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool head_only = false;            ///< the answer to HEAD
  std::string_view date = {};        ///< IMF-fixdate
  std::string_view request_id = {};  ///< empty: no X-Request-Id field
};

/// Whether `response` can be sent: a final status, no control character in a header.
bool is_sendable(const Response& response);

class OutputQueue {
 public:
  /// Queues an answer whose body is not a BodySource and returns the bytes of body to be sent.
  std::uint64_t append(Response response, const Framing& framing);
  /// Queues the head of a streamed answer: chunked, or ended by closing for HTTP/1.0.
  void append_stream_head(const Response& response, const Framing& framing);
  /// Queues one piece of it. `data` must stay in place until the queue is empty; not empty itself.
  void append_piece(std::string_view data, const Framing& framing);
  void append_end_of_stream(const Framing& framing);
  /// Queues "100 Continue".
  void append_continue();

  bool empty() const { return pending_bytes_ == 0; }
  std::size_t bytes() const { return pending_bytes_; }

  /// What is to be sent next, in order; at most as much as one system call takes. Valid until the
  /// next call of any other function.
  std::span<const boost::asio::const_buffer> buffers();
  /// `bytes` of it were sent.
  void consume(std::size_t bytes);

 private:
  struct Item {
    std::size_t head_end;  // of this item's part of heads_
    Body body;
    std::string_view borrowed;
  };
  void append_head(const Response& response, const Framing& framing);
  void push(Body body, std::string_view borrowed, std::size_t head_bytes);

  std::string heads_;
  std::vector<Item> items_;
  std::vector<boost::asio::const_buffer> buffers_;
  std::size_t next_buffer_ = 0;
  std::size_t pending_bytes_ = 0;
};

}  // namespace invoicing::http
