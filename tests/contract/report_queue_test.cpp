#include "ports/report_queue.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using namespace std::chrono_literals;

class ReportQueueContract : public ContractTest {
 protected:
  void publish(const std::string& id) {
    ASSERT_TRUE(run(adapters->publisher().publish({id, "body of " + id})));
  }

  std::optional<ReceivedMessage> receive() {
    auto received = run(adapters->inbox().receive(0ms));
    if (!received) throw std::runtime_error(received.error().detail());
    return *std::move(received);
  }

  std::string receive_id() {
    const auto received = receive();
    return received ? received->message.message_id : "nothing";
  }

  QueueDepth depth() {
    const auto depth = run(adapters->queue().depth());
    return *depth;
  }

  /// A message that may be as late as the queue allows.
  std::optional<ReceivedMessage> receive_late() {
    const Instant last = adapters->queue_time() + adapters->queue_traits().lateness_max;
    for (;;) {
      auto received = receive();
      if (received || adapters->queue_time() >= last) return received;
      adapters->pass(10ms);
    }
  }

  bool runs_on_clock() const { return adapters->queue_traits().lateness_max == 0ms; }

  /// Runs what is ready, or waits a little for something to be.
  void step() {
    io.restart();
    io.run_one_for(10ms);
  }

  /// Runs the context until the coroutine of a test has gone to sleep on the clock.
  void run_until_asleep() {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (adapters->clock.sleepers() == 0 && std::chrono::steady_clock::now() < deadline) {
      step();
    }
    ASSERT_EQ(adapters->clock.sleepers(), 1u);
  }
};

TEST_P(ReportQueueContract, an_empty_queue_gives_nothing) {
  EXPECT_FALSE(receive());
  EXPECT_EQ(depth().ready, 0);
}

TEST_P(ReportQueueContract, messages_come_in_order_and_go_when_acknowledged) {
  for (const auto* id : {"c", "a", "b"}) publish(id);
  EXPECT_EQ(depth().ready, 3);
  std::vector<std::string> ids;
  while (const auto received = receive()) {
    EXPECT_EQ(received->attempt, 1);
    EXPECT_EQ(received->message.body, "body of " + received->message.message_id);
    ids.push_back(received->message.message_id);
    ASSERT_TRUE(run(adapters->inbox().acknowledge(received->tag)));
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("c", "a", "b"));
  adapters->restart();
  EXPECT_FALSE(receive());
}

TEST_P(ReportQueueContract, a_message_under_way_is_not_given_to_another) {
  publish("a");
  publish("b");
  const auto first = receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(receive_id(), "b");
  EXPECT_FALSE(receive());
  EXPECT_EQ(depth().unacknowledged, 2);
  EXPECT_EQ(depth().ready, 0);
}

TEST_P(ReportQueueContract, what_was_not_settled_comes_again_after_a_restart) {
  publish("a");
  publish("b");
  const auto first = receive();
  const auto second = receive();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(run(adapters->inbox().acknowledge(first->tag)));
  adapters->restart();
  EXPECT_EQ(receive_id(), "b");
  EXPECT_FALSE(receive());
}

TEST_P(ReportQueueContract, a_retry_comes_after_its_delay_with_the_next_attempt) {
  publish("a");
  publish("b");
  const auto first = receive();
  ASSERT_TRUE(first);
  const Instant due = adapters->queue_time() + 2000ms;
  ASSERT_TRUE(run(adapters->inbox().retry(first->tag, 2000ms, "server busy")));
  EXPECT_EQ(depth().delayed, 1);
  const auto other = receive();
  ASSERT_TRUE(other);
  EXPECT_EQ(other->message.message_id, "b");
  ASSERT_TRUE(run(adapters->inbox().acknowledge(other->tag)));
  adapters->pass(std::max(0ms, due - 1ms - adapters->queue_time()));
  const auto early = receive();
  EXPECT_TRUE(!early || adapters->queue_time() >= due);
  adapters->restart();
  adapters->pass(1ms);
  const auto again = receive_late();
  ASSERT_TRUE(again);
  EXPECT_GE(adapters->queue_time(), due);
  EXPECT_EQ(again->message.message_id, "a");
  EXPECT_EQ(again->attempt, 2);
}

TEST_P(ReportQueueContract, what_was_put_there_by_a_wrong_clock_does_not_wait_until_that_time) {
  const Instant right = adapters->clock.now();
  adapters->clock.advance(std::chrono::days{260});
  publish("a");
  const auto first = receive();
  ASSERT_TRUE(first);
  ASSERT_TRUE(run(adapters->inbox().retry(first->tag, 2000ms, "server busy")));
  publish("b");
  adapters->clock.set(right);
  // Where the clock says what is due, both are; elsewhere the delay itself has to pass.
  if (runs_on_clock()) EXPECT_EQ(depth().ready, 2);
  EXPECT_EQ(receive_id(), "b");
  const auto again = receive_late();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->message.message_id, "a");
  EXPECT_EQ(again->attempt, 2);
}

TEST_P(ReportQueueContract, what_a_wrong_clock_left_comes_although_another_waits_for_its_retry) {
  const Instant right = adapters->clock.now();
  adapters->clock.advance(std::chrono::days{260});
  publish("a");
  adapters->clock.set(right);
  publish("b");
  // What the wrong clock dated comes last where the queue goes by the clock.
  const std::string sooner = runs_on_clock() ? "b" : "a";
  const std::string later = runs_on_clock() ? "a" : "b";
  const auto first = receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->message.message_id, sooner);
  ASSERT_TRUE(run(adapters->inbox().retry(first->tag, 2000ms, "server busy")));
  EXPECT_EQ(depth().delayed, 1);
  EXPECT_EQ(receive_id(), later);
}

TEST_P(ReportQueueContract, a_message_knows_since_when_it_is_tried_in_vain) {
  publish("a");
  auto received = receive();
  ASSERT_TRUE(received);
  EXPECT_FALSE(received->failing_since);
  adapters->clock.advance(70ms);
  const Instant first_failure = adapters->clock.now();
  for (int retries = 1; retries <= 3; ++retries) {
    ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "busy")));
    adapters->clock.advance(std::chrono::hours{9});
    adapters->restart();
    received = receive();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->failing_since, first_failure) << "after retry " << retries;
  }
  ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "given up")));
  const auto requeued = run(adapters->queue().requeue_dead("a", {}));
  ASSERT_TRUE(requeued && *requeued);
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_FALSE(received->failing_since) << "an operator's try begins anew";
}

TEST_P(ReportQueueContract, a_message_keeps_its_trace) {
  const Trace first{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "till-7/1"};
  const Trace second{"00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "till-7/2"};
  ASSERT_TRUE(run(adapters->publisher().publish({"a", "body of a", first})));
  auto received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->message.trace, first);
  ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "busy")));
  adapters->restart();
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->message.trace, first);
  ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "given up")));
  ASSERT_TRUE(run(adapters->queue().requeue_dead("a", {})));
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->message.trace, first);
  ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "given up")));
  ASSERT_TRUE(run(adapters->queue().requeue_dead("a", second)));
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->message.trace, second) << "of the request that brought it back";
}

TEST_P(ReportQueueContract, a_message_redelivered_without_a_retry_is_not_failing) {
  publish("a");
  ASSERT_TRUE(receive());
  adapters->clock.advance(std::chrono::hours{30});
  adapters->restart();
  const auto received = receive();
  ASSERT_TRUE(received);
  EXPECT_FALSE(received->failing_since);
}

TEST_P(ReportQueueContract, a_wrong_clock_does_not_say_since_when) {
  const Instant right = adapters->clock.now();
  publish("a");
  auto received = receive();
  ASSERT_TRUE(received);
  adapters->clock.advance(std::chrono::days{260});
  ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "busy")));
  adapters->clock.set(right);
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->failing_since, right + std::chrono::days{260});
  ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "busy")));
  received = receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->failing_since, right);
}

TEST_P(ReportQueueContract, a_dead_message_waits_for_an_operator) {
  publish("a");
  auto received = receive();
  ASSERT_TRUE(received);
  ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "once")));
  received = receive();
  ASSERT_TRUE(received);
  adapters->clock.advance(70ms);
  ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "cannot be read")));
  EXPECT_FALSE(receive());
  EXPECT_EQ(depth().dead, 1);
  adapters->restart();
  const auto found = run(adapters->queue().find_dead("a"));
  ASSERT_TRUE(found && *found);
  const DeadMessage& dead = **found;
  EXPECT_EQ(dead.message.message_id, "a");
  EXPECT_EQ(dead.message.body, "body of a");
  EXPECT_EQ(dead.reason, "cannot be read");
  EXPECT_EQ(dead.since, at(70));
  EXPECT_EQ(dead.attempts, 2);
  const auto unknown = run(adapters->queue().find_dead("b"));
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(*unknown);

  const auto other = run(adapters->queue().requeue_dead("b", {}));
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
  const auto requeued = run(adapters->queue().requeue_dead("a", {}));
  ASSERT_TRUE(requeued);
  EXPECT_TRUE(*requeued);
  EXPECT_EQ(depth().dead, 0);
  const auto alive = run(adapters->queue().find_dead("a"));
  ASSERT_TRUE(alive);
  EXPECT_FALSE(*alive);
  EXPECT_EQ(receive_id(), "a");
}

TEST_P(ReportQueueContract, dead_messages_are_listed_oldest_first_and_dropped_one_by_one) {
  EXPECT_TRUE(run(adapters->queue().list_dead(10))->empty());
  for (const auto* id : {"a", "b", "c"}) {
    publish(id);
    const auto received = receive();
    ASSERT_TRUE(received);
    adapters->clock.advance(70ms);
    ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "reason of " + std::string(id))));
  }
  publish("alive");
  const auto first = run(adapters->queue().list_dead(2));
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ((*first)[0].message.message_id, "a");
  EXPECT_EQ((*first)[0].message.body, "body of a");
  EXPECT_EQ((*first)[0].reason, "reason of a");
  EXPECT_EQ((*first)[0].since, at(70));
  EXPECT_EQ((*first)[1].message.message_id, "b");

  for (const auto* id : {"alive", "unknown"}) {
    const auto dropped = run(adapters->queue().drop_dead(id));
    ASSERT_TRUE(dropped);
    EXPECT_FALSE(*dropped) << id;
  }
  const auto dropped = run(adapters->queue().drop_dead("a"));
  ASSERT_TRUE(dropped);
  EXPECT_TRUE(*dropped);
  adapters->restart();
  EXPECT_EQ(run(adapters->queue().list_dead(10))->size(), 2u);
  EXPECT_EQ(depth().dead, 2);
  EXPECT_EQ(receive_id(), "alive");
}

TEST_P(ReportQueueContract, a_message_published_again_after_it_died_is_delivered) {
  publish("a");
  const auto received = receive();
  ASSERT_TRUE(received);
  ASSERT_TRUE(run(adapters->inbox().dead_letter(received->tag, "cannot be read")));
  publish("a");
  EXPECT_EQ(receive_id(), "a");
  // A broker's publisher cannot take it out of another queue; an operator does.
  EXPECT_EQ(depth().dead, adapters->queue_traits().publish_replaces_dead ? 0 : 1);
}

TEST_P(ReportQueueContract, settling_twice_or_an_unknown_tag_does_no_harm) {
  publish("a");
  const auto received = receive();
  ASSERT_TRUE(received);
  ASSERT_TRUE(run(adapters->inbox().acknowledge(received->tag)));
  EXPECT_TRUE(run(adapters->inbox().acknowledge(received->tag)));
  EXPECT_TRUE(run(adapters->inbox().retry(received->tag, 0ms, "again")));
  EXPECT_TRUE(run(adapters->inbox().dead_letter(received->tag, "again")));
  EXPECT_TRUE(run(adapters->inbox().acknowledge(4711)));
  EXPECT_FALSE(receive());
  EXPECT_EQ(depth().dead, 0);
}

TEST_P(ReportQueueContract, a_publish_wakes_a_receiver_that_waits) {
  std::string got;
  boost::asio::co_spawn(
      io,
      [&]() -> Task<void> {
        const auto received = co_await adapters->inbox().receive(3'600'000ms);
        if (received && *received) got = (*received)->message.message_id;
      },
      boost::asio::detached);
  run_until_asleep();
  publish("a");
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (got.empty() && std::chrono::steady_clock::now() < deadline) step();
  EXPECT_EQ(got, "a");
  EXPECT_EQ(adapters->clock.now(), at());
}

TEST_P(ReportQueueContract, a_receiver_that_waits_gets_what_becomes_due_and_gives_up_in_time) {
  publish("a");
  const auto received = receive();
  ASSERT_TRUE(received);
  ASSERT_TRUE(run(adapters->inbox().retry(received->tag, 2000ms, "busy")));
  std::vector<std::string> got;
  boost::asio::co_spawn(
      io,
      [&]() -> Task<void> {
        const auto first = co_await adapters->inbox().receive(20'000ms);
        got.push_back(first && *first ? (*first)->message.message_id : "nothing");
        const auto second = co_await adapters->inbox().receive(20'000ms);
        got.push_back(second && *second ? (*second)->message.message_id : "nothing");
      },
      boost::asio::detached);
  run_until_asleep();
  adapters->pass(2000ms);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (got.empty() && std::chrono::steady_clock::now() < deadline) step();
  run_until_asleep();
  adapters->clock.advance(20'000ms);
  while (got.size() < 2 && std::chrono::steady_clock::now() < deadline) step();
  EXPECT_THAT(got, ::testing::ElementsAre("a", "nothing"));
}

TEST_P(ReportQueueContract, a_clock_that_is_set_back_ends_a_wait) {
  bool ended = false;
  boost::asio::co_spawn(
      io,
      [&]() -> Task<void> {
        const auto nothing = co_await adapters->inbox().receive(500ms);
        EXPECT_TRUE(nothing && !*nothing);
        ended = true;
      },
      boost::asio::detached);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (adapters->clock.sleepers() < 1 && std::chrono::steady_clock::now() < deadline) step();
  adapters->clock.set(at() - 72h);
  adapters->clock.advance(500ms);
  while (!ended && std::chrono::steady_clock::now() < deadline) step();
  EXPECT_TRUE(ended);
}

TEST_P(ReportQueueContract, a_cancelled_receiver_takes_nothing_with_it) {
  using boost::asio::experimental::awaitable_operators::operator||;
  bool ended = false;
  boost::asio::co_spawn(
      io,
      [&]() -> Task<void> {
        auto waiting = adapters->inbox().receive(3'600'000ms);
        auto stop = adapters->clock.sleep_until(at(1));
        co_await (std::move(waiting) || std::move(stop));
        ended = true;
      },
      boost::asio::detached);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (adapters->clock.sleepers() < 2 && std::chrono::steady_clock::now() < deadline) {
    step();
  }
  adapters->clock.advance(1ms);
  while (!ended && std::chrono::steady_clock::now() < deadline) step();
  ASSERT_TRUE(ended);
  publish("a");
  EXPECT_EQ(receive_id(), "a");
}

TEST_P(ReportQueueContract, receivers_on_many_threads_share_the_messages) {
  constexpr int kMessages = 60;
  for (int i = 0; i < kMessages; ++i) publish("m" + std::to_string(i));
  std::vector<std::vector<std::string>> got(6);
  std::vector<std::thread> threads;
  for (auto& mine : got) {
    threads.emplace_back([&] {
      auto& own = contexts.fresh();
      for (;;) {
        const auto received = testing::run(own, adapters->inbox().receive(0ms));
        if (!received || !*received) return;
        mine.push_back((*received)->message.message_id);
        if (!testing::run(own, adapters->inbox().acknowledge((*received)->tag))) return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::multiset<std::string> all;
  for (const auto& mine : got) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kMessages));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_EQ(depth().unacknowledged, 0);
}

INVOICING_CONTRACT_ON(queue_adapters(), ReportQueueContract);

}  // namespace
}  // namespace invoicing::testing
