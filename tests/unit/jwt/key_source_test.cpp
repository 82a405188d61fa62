#include "jwt/key_source.hpp"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "jwt/algorithms.hpp"
#include "ops/option_table.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::jwt {
namespace {

class KeySourceTest : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    const auto file = folder_.path() / "keys.json";
    std::ofstream(file) << text;
    return file.string();
  }
  static Result<std::string> read(const std::string& location) {
    return KeySource({location, {}}).read({});
  }

  testing::TempFolder folder_;
};

TEST_F(KeySourceTest, AFileIsReadAsItStands) {
  const auto text = read(write("{\"keys\":[]}\n"));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "{\"keys\":[]}\n");
}

TEST_F(KeySourceTest, WhatCannotBeReadIsNamed) {
  const auto missing = (folder_.path() / "none").string();
  for (const std::string& location :
       {missing, folder_.path().string(), write(std::string(kMaxKeySetBytes + 1, ' '))}) {
    const auto text = read(location);
    ASSERT_FALSE(text) << location;
    EXPECT_EQ(text.error().code(), ErrorCode::storage_unavailable);
    EXPECT_TRUE(text.error().detail().starts_with(location + ": ")) << text.error().detail();
  }
}

TEST_F(KeySourceTest, AServerThatIsNotThereIsAnErrorAndAStopEndsTheWait) {
  const std::string nobody = "https://127.0.0.1:1/keys";
  EXPECT_TRUE(KeySource({nobody, {}}).is_url());
  EXPECT_FALSE(read(nobody));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(KeySource({nobody, {}}).read(stop.get_token()));
}

TEST(JwtAlgorithms, EveryOneCanBeConfiguredAndNoOther) {
  const auto* const option = ops::find_option("JWT_ALGORITHMS");
  ASSERT_NE(option, nullptr);
  ops::OptionValues values;
  option->store({kAlgorithms.begin(), kAlgorithms.end()}, values);
  EXPECT_TRUE(std::ranges::equal(values.settings.jwt_algorithms, kAlgorithms));
  for (const auto* other : {"HS256", "none", "EdDSA", "rs256", ""}) {
    EXPECT_ANY_THROW(option->store({other}, values)) << other;
  }
}

}  // namespace
}  // namespace invoicing::jwt
