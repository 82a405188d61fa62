// docs/reference/messages.md is held against what we declare and write. Its example is held against
// the schema in tests/e2e, its arguments of queues against a broker in tests/rabbitmq.
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "rabbitmq/message.hpp"
#include "rabbitmq/topology.hpp"

namespace invoicing::rabbitmq {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

std::string page() {
  std::ifstream file(MESSAGES_PAGE);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << MESSAGES_PAGE;
  return text;
}

/// The first cell of each row that names something beginning with `beginning`.
std::vector<std::string> names(const std::string& beginning) {
  std::ifstream file(MESSAGES_PAGE);
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `" + beginning)) continue;
    found.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return found;
}

TEST(MessagesPage, NamesTheQueues) {
  const RabbitOptions options;
  const std::string delay = delay_queue(options, std::chrono::seconds{5});
  const std::string step = "5000ms";
  ASSERT_TRUE(delay.ends_with(step));
  EXPECT_THAT(
      names(options.queue),
      ElementsAreArray({options.queue, delay.substr(0, delay.size() - step.size()) + "<step>ms",
                        dead_queue(options)}));
}

TEST(MessagesPage, ListsTheStepsOfTheDelay) {
  std::string words;
  for (const auto step : RabbitOptions::default_delay_steps()) {
    using std::chrono::duration_cast;
    const auto minutes = duration_cast<std::chrono::minutes>(step);
    if (!words.empty()) words += ", ";
    if (minutes >= std::chrono::hours{1}) {
      words += std::to_string(duration_cast<std::chrono::hours>(step).count()) + " hour";
    } else if (minutes == step) {
      words += std::to_string(minutes.count()) + " minutes";
    } else {
      words += std::to_string(duration_cast<std::chrono::seconds>(step).count());
    }
  }
  // The unit stands once, behind the last of those in seconds.
  words.replace(words.find(", 15 minutes"), 1, " seconds,");
  EXPECT_THAT(page(), HasSubstr("**Steps**: " + words + "."));
}

TEST(MessagesPage, ListsTheHeadersThatWeWrite) {
  // Everything that a message may have.
  const Message message{"{}", "x", "x", "x", "x", 3, "x", "x", "x", {"x", "x"}};
  const PropertiesOf properties(message);
  const amqp_table_t& headers = properties.get()->headers;
  std::vector<std::string> written;
  for (int i = 0; i < headers.num_entries; ++i) {
    written.push_back(text_of(headers.entries[i].key));
  }
  std::vector<std::string> listed = names("invoicing-");
  for (const char* name : {"traceparent", "x-request-id"}) {
    for (std::string& each : names(name)) listed.push_back(std::move(each));
  }
  EXPECT_THAT(listed, ElementsAreArray(written));
}

TEST(MessagesPage, SaysHowLongAMessageMayBe) {
  const std::string megabytes = std::to_string(RabbitOptions{}.body_bytes_max >> 20U) + " MB";
  EXPECT_THAT(page(), HasSubstr("at most " + megabytes + " long"));
}

}  // namespace
}  // namespace invoicing::rabbitmq
