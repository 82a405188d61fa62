#pragma once
// A client that sends bytes as they are: what a well-behaved library would never send, too.

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/message.hpp"

namespace invoicing::http::test {

struct Answer {
  unsigned status = 0;
  std::string head;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::optional<std::string> header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
      if (iequals(field, name)) return value;
    }
    return std::nullopt;
  }
};

/// Blocking; a wait of more than kPatience throws, so that a test fails and does not hang.
class RawClient {
 public:
  static constexpr int kPatienceSeconds = 20;

  explicit RawClient(std::uint16_t port, const char* address = "127.0.0.1",
                     int receive_buffer_bytes = 0) {
    const bool v6 = std::string_view(address).find(':') != std::string_view::npos;
    socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) throw std::runtime_error("socket");
    const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
    const int on = 1;
    set(SOL_SOCKET, SO_RCVTIMEO, patience);
    set(SOL_SOCKET, SO_SNDTIMEO, patience);
    set(IPPROTO_TCP, TCP_NODELAY, on);
    if (receive_buffer_bytes > 0) set(SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (v6) {
      auto* to = reinterpret_cast<sockaddr_in6*>(&storage);
      to->sin6_family = AF_INET6;
      to->sin6_port = htons(port);
      ::inet_pton(AF_INET6, address, &to->sin6_addr);
      length = sizeof(sockaddr_in6);
    } else {
      auto* to = reinterpret_cast<sockaddr_in*>(&storage);
      to->sin_family = AF_INET;
      to->sin_port = htons(port);
      ::inet_pton(AF_INET, address, &to->sin_addr);
      length = sizeof(sockaddr_in);
    }
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
      ::close(socket_);
      throw std::runtime_error("connect");
    }
  }
  virtual ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False if the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send_some(bytes.data(), bytes.size());
      if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        throw std::runtime_error("the server does not read");
      }
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// One recv; false at the end of the stream.
  bool receive() {
    char bytes[16 * 1024];
    const ssize_t received = receive_some(bytes, sizeof bytes);
    if (received < 0 && errno == ECONNRESET) {
      reset_ = true;
      return false;
    }
    if (received < 0) throw std::runtime_error("the server does not answer");
    if (received == 0) return false;
    input_.append(bytes, static_cast<std::size_t>(received));
    ++receives_;
    return true;
  }

  /// Everything until the server closes, and what was buffered before.
  std::string read_to_end() {
    while (receive()) continue;
    return std::exchange(input_, {});
  }
  /// Whether the server closes without sending another byte.
  bool is_closed() { return input_.empty() && !receive(); }
  bool was_reset() const { return reset_; }
  std::size_t receives() const { return receives_; }
  const std::string& buffered() const { return input_; }

  std::string read_line() {
    for (;;) {
      const std::size_t end = input_.find("\r\n");
      if (end != std::string::npos) {
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 2);
        return line;
      }
      if (!receive()) throw std::runtime_error("closed in a line: " + input_);
    }
  }
  std::string read_bytes(std::size_t count) {
    while (input_.size() < count) {
      if (!receive()) throw std::runtime_error("closed in a body");
    }
    std::string bytes = input_.substr(0, count);
    input_.erase(0, count);
    return bytes;
  }
  /// The next chunk of a chunked body; empty at its end.
  std::string read_chunk() {
    const auto size = std::strtoull(read_line().c_str(), nullptr, 16);
    std::string data = read_bytes(size);
    if (read_line() != "") throw std::runtime_error("no line end after a chunk");
    return data;
  }

  Answer read_head() {
    Answer answer;
    answer.head = read_line();
    if (!answer.head.starts_with("HTTP/1.1 ")) throw std::runtime_error("bad: " + answer.head);
    answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
    for (std::string line = read_line(); !line.empty(); line = read_line()) {
      const std::size_t colon = line.find(": ");
      answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return answer;
  }
  Answer read_answer(bool to_head = false) {
    Answer answer = read_head();
    if (to_head || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      return answer;
    }
    if (answer.header("Transfer-Encoding") == "chunked") {
      for (std::string chunk = read_chunk(); !chunk.empty(); chunk = read_chunk()) {
        answer.body += chunk;
      }
    } else if (const auto length = answer.header("Content-Length")) {
      answer.body = read_bytes(std::stoull(*length));
    } else {
      answer.body = read_to_end();
    }
    return answer;
  }
  Answer exchange(std::string_view request) {
    send(request);
    return read_answer();
  }

 protected:
  int native_handle() const { return socket_; }
  /// As send(2) and recv(2).
  virtual ssize_t send_some(const char* data, std::size_t bytes) {
    return ::send(socket_, data, bytes, MSG_NOSIGNAL);
  }
  virtual ssize_t receive_some(char* room, std::size_t bytes) {
    return ::recv(socket_, room, bytes, 0);
  }

 private:
  template <typename T>
  void set(int level, int name, const T& value) {
    ::setsockopt(socket_, level, name, &value, sizeof value);
  }

  int socket_ = -1;
  std::string input_;
  std::size_t receives_ = 0;
  bool reset_ = false;
};

}  // namespace invoicing::http::test
