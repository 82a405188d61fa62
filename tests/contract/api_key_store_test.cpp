#include "ports/api_key_store.hpp"

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

ApiKey key(const std::string& id, Instant created_at = at(0)) {
  ApiKey key;
  key.id = id;
  key.name = "till-7";
  key.scopes.add(Scope::invoices_read);
  key.scopes.add(Scope::reports_manage);
  for (std::size_t i = 0; i < key.hash.size(); ++i) key.hash[i] = static_cast<std::uint8_t>(8 * i);
  key.created_at = created_at;
  return key;
}

class ApiKeyStoreContract : public ContractTest {
 protected:
  bool add(const ApiKey& wanted) { return *run(adapters->keys().add(wanted)); }
  bool revoke(const std::string& id, Instant now) { return *run(adapters->keys().revoke(id, now)); }
  std::vector<ApiKey> all() { return *run(adapters->keys().all()); }
};

TEST_P(ApiKeyStoreContract, there_are_none_at_first) {
  EXPECT_TRUE(all().empty());
}

TEST_P(ApiKeyStoreContract, a_key_is_kept_as_it_is) {
  ApiKey everlasting = key("abcdefgh");
  ApiKey expiring = key("23456789", at(1));
  expiring.name = "Back.office_2";
  expiring.scopes = Scopes::all();
  expiring.expires_at = at(90);
  ASSERT_TRUE(add(everlasting));
  ASSERT_TRUE(add(expiring));
  adapters->restart();
  EXPECT_EQ(all(), (std::vector{everlasting, expiring}));
}

TEST_P(ApiKeyStoreContract, an_id_is_given_once) {
  ASSERT_TRUE(add(key("abcdefgh")));
  ApiKey other = key("abcdefgh", at(5));
  other.name = "somebody-else";
  EXPECT_FALSE(add(other));
  EXPECT_EQ(all(), std::vector{key("abcdefgh")});
}

TEST_P(ApiKeyStoreContract, a_revoked_key_stays_revoked_since_the_first_time) {
  ASSERT_TRUE(add(key("abcdefgh")));
  ASSERT_TRUE(add(key("23456789")));
  EXPECT_TRUE(revoke("abcdefgh", at(10)));
  EXPECT_TRUE(revoke("abcdefgh", at(20)));
  adapters->restart();
  ApiKey revoked = key("abcdefgh");
  revoked.revoked_at = at(10);
  EXPECT_THAT(all(), ::testing::UnorderedElementsAre(revoked, key("23456789")));
  EXPECT_FALSE(add(key("abcdefgh"))) << "its id is not free again";
}

TEST_P(ApiKeyStoreContract, who_is_not_there_cannot_be_revoked) {
  ASSERT_TRUE(add(key("abcdefgh")));
  EXPECT_FALSE(revoke("abcdefgj", at(10)));
  EXPECT_EQ(all(), std::vector{key("abcdefgh")});
}

TEST_P(ApiKeyStoreContract, they_come_in_the_order_in_which_they_were_made) {
  ASSERT_TRUE(add(key("cccccccc", at(3))));
  ASSERT_TRUE(add(key("aaaaaaaa", at(4))));
  ASSERT_TRUE(add(key("dddddddd", at(1))));
  ASSERT_TRUE(add(key("bbbbbbbb", at(3))));
  std::vector<std::string> ids;
  for (const ApiKey& each : all()) ids.push_back(each.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"dddddddd", "bbbbbbbb", "cccccccc", "aaaaaaaa"}));
}

INVOICING_CONTRACT_ON(key_adapters(), ApiKeyStoreContract);

}  // namespace
}  // namespace invoicing::testing
