#include "rabbitmq/held_messages.hpp"

#include <gtest/gtest.h>

namespace invoicing::rabbitmq {
namespace {

using Settling = HeldMessages::Settling;

std::vector<Delivered> delivered(std::initializer_list<std::uint64_t> tags) {
  std::vector<Delivered> all;
  for (const auto tag : tags) {
    all.push_back({tag, {}});
    all.back().message.body = "body " + std::to_string(tag);
  }
  return all;
}

TEST(HeldMessages, AreTakenInOrderAndSettledOnce) {
  HeldMessages held;
  held.add(delivered({7, 8}));
  const auto first = held.take();
  const auto second = held.take();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(held.take());
  EXPECT_EQ(first->delivery_tag, 7u);
  EXPECT_EQ(second->delivery_tag, 8u);
  Held settled;
  EXPECT_EQ(held.begin_settling(first->tag, settled), Settling::ours);
  EXPECT_EQ(settled.message.body, "body 7");
  EXPECT_EQ(held.begin_settling(first->tag, settled), Settling::unknown);
  EXPECT_EQ(held.begin_settling(4711, settled), Settling::unknown);
  EXPECT_EQ(held.counts().out, 1);
}

TEST(HeldMessages, CannotBeSettledBeforeTheyAreTaken) {
  HeldMessages held;
  held.add(delivered({1}));
  Held settled;
  EXPECT_EQ(held.begin_settling(1, settled), Settling::unknown);
  EXPECT_EQ(held.counts().waiting, 1);
}

TEST(HeldMessages, AreLostWithTheirConnectionAndTheNextOneMayUseTheirDeliveryTags) {
  HeldMessages held;
  held.add(delivered({1, 2}));
  const auto before = held.take();
  ASSERT_TRUE(before);
  EXPECT_TRUE(held.is_current(before->connection));
  held.lose_all();
  EXPECT_FALSE(held.is_current(before->connection));
  EXPECT_EQ(held.counts().waiting, 0);
  EXPECT_EQ(held.counts().out, 0);

  held.add(delivered({1}));
  const auto after = held.take();
  ASSERT_TRUE(after);
  EXPECT_NE(after->tag, before->tag);
  Held settled;
  EXPECT_EQ(held.begin_settling(before->tag, settled), Settling::lost);
  EXPECT_EQ(held.begin_settling(before->tag, settled), Settling::unknown);
  EXPECT_EQ(held.begin_settling(after->tag, settled), Settling::ours);
  EXPECT_TRUE(held.is_current(settled.connection));
}

}  // namespace
}  // namespace invoicing::rabbitmq
