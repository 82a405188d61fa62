#include "load/client.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace invoicing::bench {
namespace {

using Time = SteadyClock::time_point;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
}

struct InFlight {
  Time since;
  Kind kind = Kind::get;
};

struct Connection {
  int socket = -1;
  std::deque<InFlight> in_flight;
  std::string input;          // the beginning of a head that has not wholly arrived
  std::size_t body_left = 0;  // of the answer being read
  int status = 0;
  bool in_body = false;
};

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  for (std::size_t line = head.find('\n'); line != std::string_view::npos;
       line = head.find('\n', line + 1)) {
    std::string_view field = head.substr(line + 1);
    if (field.size() < kName.size() || ::strncasecmp(field.data(), kName.data(), kName.size()) != 0)
      continue;
    field.remove_prefix(kName.size());
    while (field.starts_with(' ')) field.remove_prefix(1);
    std::size_t length = 0;
    std::from_chars(field.data(), field.data() + field.size(), length);
    return length;
  }
  errno = 0;
  fail("an answer without Content-Length: " + std::string(head));
}

class Client {
 public:
  Client(const LoadOptions& options, RequestSource& source)
      : options_(options), source_(source), connections_(options.connections) {}

  ~Client() {
    for (const Connection& connection : connections_) {
      if (connection.socket >= 0) ::close(connection.socket);
    }
    if (epoll_ >= 0) ::close(epoll_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  LoadResult run() {
    connect_all();
    begin_ = SteadyClock::now();
    measured_from_ = begin_ + to_duration(options_.warmup_seconds);
    end_ = measured_from_ + to_duration(options_.seconds);
    next_arrival_ = begin_;
    if (options_.rate > 0) {
      for (Connection& connection : connections_) idle_.push_back(&connection);
    } else {
      for (Connection& connection : connections_) send(connection, options_.pipeline, begin_);
    }
    while (!done()) step();
    result_.seconds = std::chrono::duration<double>(now_ - measured_from_).count();
    return std::move(result_);
  }

 private:
  static SteadyClock::duration to_duration(double seconds) {
    return std::chrono::duration_cast<SteadyClock::duration>(
        std::chrono::duration<double>(seconds));
  }

  bool done() const {
    if (options_.count > 0) return result_.answers >= options_.count;
    return now_ >= end_;
  }

  void connect_all() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    if (::inet_pton(AF_INET, options_.host.c_str(), &address.sin_addr) != 1) fail("bad address");
    for (Connection& connection : connections_) {
      connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int one = 1;
      ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      sockaddr generic{};
      std::memcpy(&generic, &address, sizeof address);
      if (::connect(connection.socket, &generic, sizeof generic) != 0) fail("connect");
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event) != 0) fail("epoll_ctl");
    }
  }

  void step() {
    timespec wait{0, 100'000'000};
    if (options_.rate > 0) {
      now_ = SteadyClock::now();
      take_arrivals();
      const auto left = std::chrono::nanoseconds(next_arrival_ - now_).count();
      wait = {0, std::clamp<long>(left, 0, 100'000'000)};
    }
    epoll_event events[64];
    const int count = ::epoll_pwait2(epoll_, events, 64, &wait, nullptr);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    now_ = SteadyClock::now();
    for (int i = 0; i < count; ++i) receive(*static_cast<Connection*>(events[i].data.ptr));
  }

  /// Of an open loop: those that are due go to idle connections, in order.
  void take_arrivals() {
    while (next_arrival_ <= now_) {
      waiting_.push_back(next_arrival_);
      const double unit = std::generate_canonical<double, 53>(arrivals_);
      next_arrival_ += to_duration(-std::log(1 - unit) / options_.rate);
    }
    result_.waiting_max = std::max(result_.waiting_max, waiting_.size());
    while (!waiting_.empty() && !idle_.empty()) {
      Connection& connection = *idle_.front();
      idle_.pop_front();
      const Time since = waiting_.front();
      waiting_.pop_front();
      send(connection, 1, since);
    }
  }

  void send(Connection& connection, unsigned requests, Time since) {
    output_.clear();
    for (unsigned i = 0; i < requests; ++i) {
      connection.in_flight.push_back({since, source_.append(output_)});
    }
    std::string_view rest = output_;
    while (!rest.empty()) {
      const ssize_t sent = ::send(connection.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) fail("send");
      if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void receive(Connection& connection) {
    const ssize_t got = ::recv(connection.socket, buffer_, sizeof buffer_, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) fail("recv");
    if (got == 0) {
      errno = 0;
      fail("the server has closed a connection");
    }
    const bool measured = now_ >= measured_from_;
    if (measured) result_.bytes += static_cast<std::uint64_t>(got);
    const unsigned answers = read(connection, {buffer_, static_cast<std::size_t>(got)}, measured);
    if (answers == 0) return;
    if (options_.rate > 0) {
      idle_.push_back(&connection);
    } else {
      send(connection, answers, now_);
    }
  }

  /// How many answers have ended in these bytes.
  unsigned read(Connection& connection, std::string_view bytes, bool measured) {
    unsigned answers = 0;
    if (!connection.input.empty()) {
      joined_ = connection.input;
      joined_ += bytes;
      connection.input.clear();
      bytes = joined_;
    }
    while (!bytes.empty()) {
      if (!connection.in_body) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) {
          connection.input = bytes;
          break;
        }
        const std::string_view head = bytes.substr(0, end + 2);
        connection.status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
        connection.body_left = content_length(head);
        connection.in_body = true;
        bytes.remove_prefix(end + 4);
      }
      const std::size_t taken = std::min(connection.body_left, bytes.size());
      connection.body_left -= taken;
      bytes.remove_prefix(taken);
      if (connection.body_left > 0) break;
      connection.in_body = false;
      note(connection, measured);
      ++answers;
    }
    return answers;
  }

  void note(Connection& connection, bool measured) {
    const InFlight request = connection.in_flight.front();
    connection.in_flight.pop_front();
    if (!measured) return;
    ++result_.answers;
    if (connection.status < 200 || connection.status > 299) ++result_.failures[connection.status];
    (request.kind == Kind::get ? result_.gets : result_.posts).add(now_ - request.since);
  }

  const LoadOptions& options_;
  RequestSource& source_;
  std::vector<Connection> connections_;
  int epoll_ = -1;
  Time begin_, measured_from_, end_, now_{};
  Time next_arrival_;
  std::mt19937_64 arrivals_{42};
  std::deque<Time> waiting_;
  std::deque<Connection*> idle_;
  std::string output_;
  std::string joined_;
  char buffer_[256 * 1024];
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options, RequestSource& source) {
  return std::make_unique<Client>(options, source)->run();
}

}  // namespace invoicing::bench
