#include "ports/session_store.hpp"

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

LoginSession session(std::uint8_t number, Instant expires_at = at(60)) {
  LoginSession made;
  made.hash.fill(number);
  made.key_id = "abcdefgh";
  made.expires_at = expires_at;
  return made;
}

class SessionStoreContract : public ContractTest {
 protected:
  Result<void> add(const LoginSession& wanted, Instant now = at(0)) {
    return run(adapters->sessions().add(wanted, now));
  }
  std::optional<LoginSession> find(std::uint8_t number) {
    return *run(adapters->sessions().find(session(number).hash));
  }
  void remove(std::uint8_t number) {
    ASSERT_TRUE(run(adapters->sessions().remove(session(number).hash)));
  }
};

TEST_P(SessionStoreContract, there_are_none_at_first) {
  EXPECT_EQ(find(1), std::nullopt);
}

TEST_P(SessionStoreContract, a_session_is_kept_as_it_is_and_alone) {
  ASSERT_TRUE(add(session(1)));
  LoginSession other = session(2, at(90));
  other.key_id = "23456789";
  ASSERT_TRUE(add(other));
  adapters->restart();
  EXPECT_EQ(find(1), session(1));
  EXPECT_EQ(find(2), other);
  EXPECT_EQ(find(3), std::nullopt);
}

TEST_P(SessionStoreContract, what_is_removed_stays_away_and_its_neighbour_stays) {
  ASSERT_TRUE(add(session(1)));
  ASSERT_TRUE(add(session(2)));
  remove(1);
  remove(1);
  remove(3);
  adapters->restart();
  EXPECT_EQ(find(1), std::nullopt);
  EXPECT_EQ(find(2), session(2));
}

TEST_P(SessionStoreContract, what_is_over_goes_with_the_next_log_in) {
  ASSERT_TRUE(add(session(1, at(10))));
  ASSERT_TRUE(add(session(2, at(11))));
  EXPECT_EQ(find(1), session(1, at(10))) << "who asks decides whether it is over";
  ASSERT_TRUE(add(session(3), at(10)));
  EXPECT_EQ(find(1), std::nullopt);
  EXPECT_EQ(find(2), session(2, at(11)));
}

INVOICING_CONTRACT(SessionStoreContract);

}  // namespace
}  // namespace invoicing::testing
