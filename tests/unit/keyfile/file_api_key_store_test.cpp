#include "keyfile/file_api_key_store.hpp"

#include <fstream>
#include <iterator>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "codec/api_key_json.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::keyfile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ApiKey key(const std::string& id) {
  ApiKey key;
  key.id = id;
  key.name = "till-7";
  key.scopes = Scopes::all();
  return key;
}

class FileApiKeyStoreTest : public ::testing::Test {
 protected:
  void write(const std::string& text) const { std::ofstream(file) << text; }
  std::string content() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Result<std::vector<ApiKey>> all() { return testing::run(io, store.all()); }

  testing::TempFolder folder;
  std::filesystem::path file = folder.path() / "keys";
  std::vector<std::string> said;
  FileApiKeyStore store{file, [this](const std::string& text) { said.push_back(text); }};
  boost::asio::io_context io{1};
};

TEST_F(FileApiKeyStoreTest, MakesTheFileForItsOwnerAlone) {
  EXPECT_FALSE(all()) << "there is no file";
  ASSERT_TRUE(*testing::run(io, store.add(key("abcdefgh"))));
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_THAT(*all(), ElementsAre(key("abcdefgh")));
}

TEST_F(FileApiKeyStoreTest, LeavesOtherLinesAndTheModeAsTheyAre) {
  const std::string first = "# the tills\n\n" + codec::write_api_key(key("abcdefgh")) + "\n";
  write(first);
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  ASSERT_TRUE(*testing::run(io, store.add(key("23456789"))));
  EXPECT_EQ(content(), first + codec::write_api_key(key("23456789")) + "\n");
  ASSERT_TRUE(*testing::run(io, store.revoke("23456789", Instant(std::chrono::hours(1)))));
  EXPECT_THAT(content(), HasSubstr(first));
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(FileApiKeyStoreTest, ReadsTheFileAgainWhenItHasChanged) {
  write(codec::write_api_key(key("abcdefgh")) + "\n");
  ASSERT_THAT(*all(), SizeIs(1));
  write("");
  EXPECT_THAT(*all(), IsEmpty());
}

TEST_F(FileApiKeyStoreTest, KeepsTheLastKeysWhileTheFileIsFaultyAndSaysSoOnce) {
  write(codec::write_api_key(key("abcdefgh")) + "\n");
  ASSERT_THAT(*all(), SizeIs(1));
  write("# new\n{\"id\":\"abc\"}\n");
  EXPECT_THAT(*all(), ElementsAre(key("abcdefgh")));
  EXPECT_THAT(*all(), SizeIs(1));
  std::filesystem::remove(file);
  EXPECT_THAT(*all(), SizeIs(1));
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_THAT(said[0], HasSubstr(file.string() + ":2: "));
  EXPECT_THAT(said[1], HasSubstr("No such file"));
  write("");
  EXPECT_THAT(*all(), IsEmpty());
}

TEST_F(FileApiKeyStoreTest, NamesTheLineThatCannotBeUsed) {
  const std::string good = codec::write_api_key(key("abcdefgh"));
  for (const auto& [line, fault] : std::vector<std::pair<std::string, std::string>>{
           {"secret", "JSON"},
           {R"({"id":"abcdefgh","name":"a"})", "/scopes"},
           {good, "twice"},
           {R"({"id":"ABCDEFGH",)" + codec::write_api_key(key("23456789")).substr(17), "/id"},
           {good.substr(0, good.size() - 1) + R"(,"colour":"red"})", "/colour"}}) {
    write(good + "\n" + line + "\n");
    const auto checked = store.check();
    ASSERT_FALSE(checked) << line;
    EXPECT_THAT(checked.error().detail(), HasSubstr(file.string() + ":2: ")) << line;
    EXPECT_THAT(checked.error().detail(), HasSubstr(fault)) << line;
  }
}

}  // namespace
}  // namespace invoicing::keyfile
