// The RabbitMQ adapter as a program: a command a line on stdin, a JSON object a line on stdout.
//
//   usage: rabbit_driver URI QUEUE [STEP_MS...]
//   publish ID BODY | publish-size ID BYTES | publish-nested ID LEVELS
//   receive MS | acknowledge TAG | retry TAG MS REASON | dead TAG REASON
//   depth | list | find ID | requeue ID | drop ID | connected MS | status
//
// Publisher, inbox and admin are made when the first command needs them. Ends with its stdin.

#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <sstream>
#include <string>

#include <boost/asio/io_context.hpp>

#include "codec/json_writer.hpp"
#include "rabbitmq/queue_admin.hpp"
#include "rabbitmq/report_inbox.hpp"
#include "rabbitmq/report_publisher.hpp"
#include "services/common/system_clock.hpp"
#include "tests/rabbitmq/nested.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::milliseconds;

/// One line of output.
class Line {
 public:
  Line& text(std::string_view name, std::string_view value) {
    key(name);
    codec::append_json_string(out_, value);
    return *this;
  }
  Line& number(std::string_view name, std::int64_t value) {
    key(name);
    codec::append_json_integer(out_, value);
    return *this;
  }
  Line& count(std::string_view name, std::uint64_t value) {
    return number(name, static_cast<std::int64_t>(value));
  }
  Line& flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    return *this;
  }
  Line& raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    return *this;
  }
  std::string str() const { return out_ + '}'; }

 private:
  void key(std::string_view name) {
    out_ += out_.size() > 1 ? "," : "";
    codec::append_json_string(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

class Driver {
 public:
  explicit Driver(rabbitmq::RabbitOptions options) : options_(std::move(options)) {}

  std::string obey(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command.starts_with("publish")) return publish(command, words);
    if (command == "receive") return receive(words);
    if (command == "acknowledge" || command == "retry" || command == "dead") {
      return settle(command, words);
    }
    if (command == "status") return status();
    return administer(command, words);
  }

 private:
  template <typename T>
  static T next(std::istream& words) {
    T value{};
    words >> value;
    return value;
  }

  static std::string rest(std::istream& words) {
    std::string text;
    std::getline(words >> std::ws, text);
    return text;
  }

  template <typename T>
  static Line outcome(const Result<T>& result) {
    Line line;
    line.flag("ok", result.has_value());
    if (!result) line.text("error", result.error().detail());
    return line;
  }

  template <typename T>
  auto run(Task<T> task) {
    return testing::run(io_, std::move(task));
  }

  rabbitmq::RabbitReportPublisher& publisher() {
    if (!publisher_) publisher_.emplace(options_);
    return *publisher_;
  }
  rabbitmq::RabbitReportInbox& inbox() {
    if (!inbox_) inbox_.emplace(options_, clock_);
    return *inbox_;
  }
  rabbitmq::RabbitQueueAdmin& admin() {
    if (!admin_) admin_.emplace(options_);
    return *admin_;
  }

  std::string publish(const std::string& command, std::istream& words) {
    ReportMessage message{next<std::string>(words), {}};
    if (command == "publish-nested") {
      publish_nested(options_, message.message_id, next<int>(words));
      return Line().flag("ok", true).str();
    }
    message.body =
        command == "publish-size" ? std::string(next<std::size_t>(words), 'x') : rest(words);
    return outcome(run(publisher().publish(message))).str();
  }

  std::string receive(std::istream& words) {
    const auto received = run(inbox().receive(milliseconds{next<std::int64_t>(words)}));
    Line line = outcome(received);
    if (!received || !*received) return line.str();
    const ReceivedMessage& message = **received;
    return line.number("tag", message.tag)
        .text("id", message.message.message_id)
        .number("attempt", message.attempt)
        .text("body", message.message.body)
        .text("failing_since", message.failing_since ? format_instant(*message.failing_since) : "")
        .str();
  }

  std::string settle(const std::string& command, std::istream& words) {
    const auto tag = next<std::int64_t>(words);
    if (command == "acknowledge") return outcome(run(inbox().acknowledge(tag))).str();
    if (command == "dead") return outcome(run(inbox().dead_letter(tag, rest(words)))).str();
    const milliseconds delay{next<std::int64_t>(words)};
    return outcome(run(inbox().retry(tag, delay, rest(words)))).str();
  }

  static std::string as_json(const DeadMessage& dead) {
    return Line()
        .text("id", dead.message.message_id)
        .text("body", dead.message.body)
        .text("reason", dead.reason)
        .text("since", format_instant(dead.since))
        .number("attempts", dead.attempts)
        .str();
  }

  std::string administer(const std::string& command, std::istream& words) {
    if (command == "connected") {
      return outcome(run(admin().connected(milliseconds{next<std::int64_t>(words)}))).str();
    }
    if (const auto there = run(admin().connected(std::chrono::seconds{30})); !there) {
      return outcome(there).str();
    }
    if (command == "depth") {
      const auto depth = run(admin().depth());
      Line line = outcome(depth);
      if (depth) line.number("ready", depth->ready).number("delayed", depth->delayed);
      if (depth) line.number("dead", depth->dead);
      return line.str();
    }
    if (command == "list") return list();
    const auto id = next<std::string>(words);
    if (command == "find") {
      const auto found = run(admin().find_dead(id));
      Line line = outcome(found);
      if (found && *found) line.raw("dead", as_json(**found));
      return line.str();
    }
    if (command != "requeue" && command != "drop") {
      return Line().flag("ok", false).text("error", "no such command: " + command).str();
    }
    const auto done =
        command == "requeue" ? run(admin().requeue_dead(id, {})) : run(admin().drop_dead(id));
    Line line = outcome(done);
    if (done) line.flag("found", *done);
    return line.str();
  }

  std::string list() {
    const auto dead = run(admin().list_dead(rabbitmq::RabbitQueueAdmin::kLookMax));
    Line line = outcome(dead);
    if (!dead) return line.str();
    std::string all;
    for (const auto& each : *dead) all += (all.empty() ? "" : ",") + as_json(each);
    return line.raw("dead", '[' + all + ']').str();
  }

  static std::string as_json(const rabbitmq::ConnectionStatus& status) {
    return Line()
        .flag("connected", status.connected)
        .text("blocked", status.blocked)
        .text("last_error", status.last_error)
        .count("connections", status.connections)
        .count("failures", status.failures)
        .str();
  }

  std::string status() {
    Line line;
    if (publisher_) {
      const auto stats = publisher_->stats();
      line.raw("publisher", as_json(stats.connection))
          .count("confirmed", stats.confirmed)
          .count("returned", stats.returned)
          .count("refused", stats.refused)
          .count("unconfirmed", stats.unconfirmed);
    }
    if (inbox_) {
      const auto stats = inbox_->stats();
      line.raw("consumer", as_json(stats.consumer))
          .raw("forwarder", as_json(stats.publisher))
          .number("waiting", stats.waiting)
          .number("unacknowledged", stats.unacknowledged);
    }
    return line.str();
  }

  rabbitmq::RabbitOptions options_;
  services::SystemClock clock_;
  boost::asio::io_context io_{1};
  std::optional<rabbitmq::RabbitReportPublisher> publisher_;
  std::optional<rabbitmq::RabbitReportInbox> inbox_;
  std::optional<rabbitmq::RabbitQueueAdmin> admin_;
};

}  // namespace
}  // namespace invoicing::testing

int main(int argc, char** argv) {
  using namespace invoicing;
  if (argc < 3) {
    std::cerr << "usage: rabbit_driver URI QUEUE [STEP_MS...]\n";
    return 2;
  }
  const auto server = rabbitmq::parse_rabbit_uri(argv[1]);
  if (!server) {
    std::cerr << server.error().detail() << '\n';
    return 2;
  }
  rabbitmq::RabbitOptions options;
  options.server = *server;
  options.queue = argv[2];
  options.quorum = std::getenv("QUORUM") != nullptr;
  options.jitter_seed = std::random_device{}();
  options.body_bytes_max = 8'500'000;
  options.confirm_timeout = std::chrono::seconds{5};
  if (argc > 3) options.delay_steps.clear();
  for (int i = 3; i < argc; ++i) {
    options.delay_steps.emplace_back(std::strtol(argv[i], nullptr, 10));
  }
  options.log = [](const std::string& line) { std::cerr << line << '\n'; };
  testing::Driver driver(std::move(options));
  std::string line;
  while (std::getline(std::cin, line)) std::cout << driver.obey(line) << std::endl;
  return 0;
}
