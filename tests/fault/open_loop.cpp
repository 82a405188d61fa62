// Requests at a fixed rate, whatever becomes of them (an open loop): who waits for an answer before
// the next request would slow down together with the server and see no overload.
//
// open_loop PORT [option value]...
//   rate R         requests a second; 0: each connection sends the next one after its answer
//   seconds S      how long (default 5)
//   connections C  opened at the start (default 64); when all wait, more are opened up to `most`
//   most M         connections at most (default 4000); 500 of each address from 127.0.0.2 on
//   get TARGET     requests; without it invoices are posted, the n-th with the reference NAME-n
//   name NAME      (default "load")
//   accepted FILE  the numbers of the requests that were answered with 201, a line each
// Prints one line of JSON; latencies count from the moment when a request was due.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

constexpr int kPerAddress = 500;
constexpr std::chrono::seconds kPatience{10};          // for answers after the last request
constexpr std::chrono::nanoseconds kRestMin{200'000};  // what is due meanwhile is sent together
constexpr std::chrono::nanoseconds kRestMax{20'000'000};

struct Options {
  int port = 0;
  double rate = 0;
  double seconds = 5;
  int connections = 64;
  int most = 4000;
  std::string get;
  std::string name = "load";
  std::string accepted;
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "open_loop: %s\n", why.c_str());
  std::exit(2);
}

Options read_options(int count, char** words) {
  if (count < 2) give_up("a port is missing");
  Options options;
  options.port = std::atoi(words[1]);
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    const char* value = words[i + 1];
    if (name == "rate")
      options.rate = std::atof(value);
    else if (name == "seconds")
      options.seconds = std::atof(value);
    else if (name == "connections")
      options.connections = std::atoi(value);
    else if (name == "most")
      options.most = std::atoi(value);
    else if (name == "get")
      options.get = value;
    else if (name == "name")
      options.name = value;
    else if (name == "accepted")
      options.accepted = value;
    else
      give_up("unknown option " + std::string(name));
  }
  return options;
}

struct Request {
  std::uint64_t number = 0;
  Time due;
};

struct Connection {
  int socket = -1;
  bool busy = false;
  bool open = false;
  Request request;
  std::string answer;
};

/// Milliseconds at these shares of the sorted values.
std::string quantiles(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto at = [&values](double share) {
    if (values.empty()) return 0.0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()));
    return values[std::min(values.size() - 1, place)];
  };
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), R"({"p50":%.3f,"p99":%.3f,"max":%.3f})", at(0.5),
                at(0.99), at(1));
  return text.data();
}

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)), poll_(epoll_create1(0)) {
    const rlimit wanted{65536, 65536};
    if (setrlimit(RLIMIT_NOFILE, &wanted) != 0 && errno != EPERM) give_up("no limit of files");
    while (static_cast<int>(connections_.size()) < options_.connections) open_one();
  }

  void run() {
    begin_ = Clock::now();
    const auto end = begin_ + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(options_.seconds));
    while (Clock::now() < end) {
      issue(Clock::now());
      wait(options_.rate > 0 ? std::min(next_due(), end) : end);
    }
    // What is due and was never sent for want of a connection counts as sent and unanswered.
    const auto patience = Clock::now() + kPatience;
    while (outstanding_ > 0 && Clock::now() < patience) wait(patience);
  }

  void print() {
    std::string statuses;
    for (const auto& [status, count] : statuses_) {
      statuses += (statuses.empty() ? "\"" : ",\"") + std::to_string(status) +
                  "\":" + std::to_string(count);
    }
    std::printf(R"({"issued":%llu,"unsent":%zu,"unanswered":%d,"broken":%llu,"connections":%zu,)"
                R"("statuses":{%s},"without_retry_after":%llu,"accepted_ms":%s,"refused_ms":%s})"
                "\n",
                static_cast<unsigned long long>(issued_), waiting_.size(), outstanding_,
                static_cast<unsigned long long>(broken_), connections_.size(), statuses.c_str(),
                static_cast<unsigned long long>(without_retry_after_),
                quantiles(accepted_ms_).c_str(), quantiles(refused_ms_).c_str());
    if (options_.accepted.empty()) return;
    std::FILE* file = std::fopen(options_.accepted.c_str(), "w");
    if (file == nullptr) give_up("cannot write " + options_.accepted);
    for (const auto number : accepted_) {
      std::fprintf(file, "%llu\n", static_cast<unsigned long long>(number));
    }
    std::fclose(file);
  }

 private:
  Time next_due() const {
    return begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                        static_cast<double>(issued_ + 1) / options_.rate));
  }

  // Everything that is due by now gets a connection, or waits for one.
  void issue(Time now) {
    if (options_.rate <= 0) {
      while (!free_.empty()) {
        waiting_.push_back({++issued_, now});
        send_waiting();
      }
      return;
    }
    for (Time due = next_due(); due <= now; due = next_due()) waiting_.push_back({++issued_, due});
    send_waiting();
  }

  void send_waiting() {
    while (!waiting_.empty()) {
      if (free_.empty() && static_cast<int>(connections_.size()) < options_.most) open_one();
      if (free_.empty()) return;
      Connection* connection = free_.back();
      free_.pop_back();
      if (!connection->open) continue;
      connection->request = waiting_.front();
      waiting_.pop_front();
      send(*connection);
    }
  }

  void open_one() {
    auto made = std::make_unique<Connection>();
    made->socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made->socket < 0) give_up("no more sockets");
    sockaddr_in from{};
    from.sin_family = AF_INET;
    const auto host = 2U + static_cast<unsigned>(connections_.size()) / kPerAddress;
    from.sin_addr.s_addr = htonl((127U << 24U) + host);
    const int one = 1;
    setsockopt(made->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(made->socket, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0) give_up("bind");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(made->socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) give_up("connect");
    setsockopt(made->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(made->socket, F_SETFL, O_NONBLOCK);
    made->open = true;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = made.get();
    epoll_ctl(poll_, EPOLL_CTL_ADD, made->socket, &event);
    free_.push_back(made.get());
    connections_.push_back(std::move(made));
  }

  void send(Connection& connection) {
    std::string text;
    if (!options_.get.empty()) {
      text = "GET " + options_.get + " HTTP/1.1\r\nHost: a\r\n\r\n";
    } else {
      const std::string reference = options_.name + "-" + std::to_string(connection.request.number);
      const std::string body = R"({"customer":"Jane Doe","amount":100.10,"reference":")" +
                               reference + R"(","items":[{"sku":"DG334","qt":2}]})";
      text =
          "POST /invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
          "Idempotency-Key: " +
          reference + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    connection.busy = true;
    ++outstanding_;
    // A request is far smaller than a socket's buffer, which is empty here.
    const auto sent = ::send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(text.size())) lose(connection);
  }

  void wait(Time until) {
    std::array<epoll_event, 512> events;
    const auto left =
        std::clamp<std::chrono::nanoseconds>(until - Clock::now(), kRestMin, kRestMax);
    const timespec rest{0, static_cast<long>(left.count())};
    const int ready =
        epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &rest, nullptr);
    for (int i = 0; i < ready; ++i)
      receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
  }

  void receive(Connection& connection) {
    std::array<char, 16384> bytes;
    const auto length = ::recv(connection.socket, bytes.data(), bytes.size(), 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length <= 0) return lose(connection);
    connection.answer.append(bytes.data(), static_cast<std::size_t>(length));
    const std::string_view answer = connection.answer;
    const auto head = answer.find("\r\n\r\n");
    if (head == std::string_view::npos) return;
    const auto field = answer.find("Content-Length: ");
    if (field > head) give_up("an answer without a length");
    const auto body = std::strtoull(answer.data() + field + 16, nullptr, 10);
    if (answer.size() < head + 4 + body) return;
    take_answer(connection, answer.substr(0, head));
    const bool closes = answer.substr(0, head).find("Connection: close") != std::string_view::npos;
    connection.answer.clear();
    connection.busy = false;
    --outstanding_;
    if (closes) return close_it(connection);
    free_.push_back(&connection);
    if (options_.rate > 0) send_waiting();
  }

  void take_answer(Connection& connection, std::string_view head) {
    const int status = std::atoi(head.data() + 9);
    ++statuses_[status];
    const double ms =
        std::chrono::duration<double, std::milli>(Clock::now() - connection.request.due).count();
    if (status < 300) {
      accepted_ms_.push_back(ms);
      if (status == 201) accepted_.push_back(connection.request.number);
    } else {
      refused_ms_.push_back(ms);
      if (status == 503 && head.find("Retry-After: ") == std::string_view::npos)
        ++without_retry_after_;
    }
  }

  // Closed in the middle of a request, or refused.
  void lose(Connection& connection) {
    if (connection.busy) {
      ++broken_;
      --outstanding_;
    }
    connection.busy = false;
    close_it(connection);
  }

  void close_it(Connection& connection) {
    if (!connection.open) return;
    connection.open = false;
    ::close(connection.socket);
  }

  const Options options_;
  const int poll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_;
  std::deque<Request> waiting_;
  Time begin_;
  std::uint64_t issued_ = 0;
  int outstanding_ = 0;
  std::uint64_t broken_ = 0;
  std::uint64_t without_retry_after_ = 0;
  std::map<int, std::uint64_t> statuses_;
  std::vector<double> accepted_ms_;
  std::vector<double> refused_ms_;
  std::vector<std::uint64_t> accepted_;
};

}  // namespace

int main(int count, char** words) {
  Load load(read_options(count, words));
  load.run();
  load.print();
  return 0;
}
