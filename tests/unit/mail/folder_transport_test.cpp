#include "mail/folder_transport.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/report_mail_renderer.hpp"
#include "tests/unit/mail/must.hpp"
#include "tests/unit/mail/run_task.hpp"
#include "tests/unit/mail/sample_reports.hpp"

namespace invoicing::mail {
namespace {

namespace fs = std::filesystem;

class FolderTransportTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "mail-folder-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    folder_ = root_ / "data" / "mail";
  }
  void TearDown() override { fs::remove_all(root_); }

  static OutgoingMail mail() {
    const auto renderer = ReportMailRenderer::create({"sales@shop.example", "", {}});
    return must((*renderer)->render(samples::busy_day(), "6921a0f0c0ffee0123456789",
                                    "boss@shop.example", {}));
  }

  static std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_))
      found.push_back(entry.path().filename());
    return found;
  }

  fs::path root_;
  fs::path folder_;
};

constexpr const char* kName =
    "2026-11-22_boss@shop.example_6921a0f0c0ffee0123456789.4b00a16245fc90bb.eml";

TEST_F(FolderTransportTest, WritesTheMailUnderItsDayRecipientAndId) {
  const auto transport = FolderTransport::create(folder_);
  ASSERT_TRUE(transport);
  const MailOutcome outcome = run_task((*transport)->send(mail()));
  EXPECT_EQ(outcome.result, MailResult::accepted) << outcome.detail;
  EXPECT_EQ(outcome.reason, MailReason::none);
  EXPECT_EQ(outcome.detail, (folder_ / kName).string());
  EXPECT_EQ(names(), std::vector<std::string>{kName});
  EXPECT_EQ(content_of(folder_ / kName), mail().content);
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / kName).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(FolderTransportTest, TheSameMailTwiceIsOneFile) {
  const auto transport = FolderTransport::create(folder_);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(run_task((*transport)->send(mail())).result, MailResult::accepted);
  EXPECT_EQ(names(), std::vector<std::string>{kName});
}

TEST_F(FolderTransportTest, LeftoversOfACrashGoAtTheStartAndMailsAndWritersStay) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / ".writing-abc123") << "half a ma";
  std::ofstream(folder_ / ".writing-def456") << "being writ";
  std::ofstream(folder_ / "old.eml") << "a mail";
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours{2};
  for (const char* name : {".writing-abc123", "old.eml"})
    fs::last_write_time(folder_ / name, long_ago);
  ASSERT_TRUE(FolderTransport::create(folder_));
  auto left = names();
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{".writing-def456", "old.eml"}));
}

TEST_F(FolderTransportTest, AFolderThatVanishedIsMadeAgain) {
  const auto transport = FolderTransport::create(folder_);
  fs::remove_all(folder_);
  EXPECT_EQ(run_task((*transport)->send(mail())).result, MailResult::accepted);
}

TEST_F(FolderTransportTest, WhatCannotBeWrittenIsTriedAgainAndLeavesNothing) {
  const auto transport = FolderTransport::create(folder_);
  fs::create_directories(folder_ / kName / "in the way");
  const MailOutcome outcome = run_task((*transport)->send(mail()));
  EXPECT_EQ(outcome.result, MailResult::try_again);
  EXPECT_EQ(outcome.reason, MailReason::folder);
  EXPECT_NE(outcome.detail.find(kName), std::string::npos);
  EXPECT_EQ(names(), std::vector<std::string>{kName}) << "the temporary file is gone";
}

TEST_F(FolderTransportTest, AWriteThatFailsHalfwayLeavesNoHalfMail) {
  const auto transport = FolderTransport::create(folder_);
  const OutgoingMail whole = mail();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{1000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const MailOutcome outcome = run_task((*transport)->send(whole));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(outcome.result, MailResult::try_again);
  EXPECT_EQ(outcome.reason, MailReason::folder);
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(run_task((*transport)->send(whole)).result, MailResult::accepted);
}

TEST_F(FolderTransportTest, AStartThatCannotWriteNamesTheFolder) {
  std::ofstream(root_ / "data") << "a file in the way";
  const auto refused = FolderTransport::create(folder_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::storage_unavailable);
  EXPECT_NE(refused.error().detail().find(folder_.string()), std::string::npos);
}

TEST(FolderTransportName, IsSafeWhateverTheMailSays) {
  const std::string hostile = FolderTransport::file_name({"<../../etc/passwd\r\n@x>", "a@b",
                                                          "../../x y\n@" + std::string(500, 'z'),
                                                          "X-Business-Day: nope\r\n\r\n"});
  EXPECT_EQ(hostile.find('/'), std::string::npos);
  EXPECT_EQ(hostile.find('\n'), std::string::npos);
  EXPECT_EQ(hostile.find(' '), std::string::npos);
  EXPECT_LE(hostile.size(), 200U);
  EXPECT_TRUE(hostile.ends_with(".eml"));
}

TEST(FolderTransportName, TellsApartWhatWasCutOrReplaced) {
  const auto name = [](const std::string& id, const std::string& recipient) {
    return FolderTransport::file_name({id, "a@b", recipient, ""});
  };
  EXPECT_NE(name("<a/b@x>", "r@x"), name("<a:b@x>", "r@x"));
  EXPECT_NE(name("<" + std::string(300, 'a') + "1@x>", "r@x"),
            name("<" + std::string(300, 'a') + "2@x>", "r@x"));
  EXPECT_EQ(name("<a/b@x>", "r@x"), name("<a/b@x>", "r@x"));
  EXPECT_EQ(name("<a.b@x>", "r@x"), "r@x_a.b.eml");
}

}  // namespace
}  // namespace invoicing::mail
