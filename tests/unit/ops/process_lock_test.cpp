#include "ops/process_lock.hpp"

#include <array>
#include <optional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/ops/start.hpp"

namespace invoicing::ops::test {
namespace {

using testing::HasSubstr;

// Another process that holds the lock until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& folder) {
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0) throw std::runtime_error("no pipe");
    pid = fork();
    if (pid == 0) hold(folder, ready[1]);
    close(ready[1]);
    char byte = 0;
    holds = read(ready[0], &byte, 1) == 1 && byte == 'y';
    close(ready[0]);
  }
  ~Holder() { kill_now(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void kill_now() {
    if (pid <= 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    pid = 0;
  }

  pid_t pid = 0;
  bool holds = false;

 private:
  [[noreturn]] static void hold(const std::filesystem::path& folder, int ready) {
    const auto lock = ProcessLock::acquire(folder);
    [[maybe_unused]] const auto written = write(ready, lock ? "y" : "n", 1);
    for (;;) pause();
  }
};

TEST(ProcessLock, ASecondProcessIsToldWhoHoldsTheFolder) {
  const Folder folder;
  const Holder holder(folder.path);
  ASSERT_TRUE(holder.holds);
  const auto second = ProcessLock::acquire(folder.path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(second.error().detail(),
            "the folder \"" + folder.path.string() + "\" is in use by another process (process " +
                std::to_string(holder.pid) + "); stop that one or choose another folder");
}

TEST(ProcessLock, IsFreeAgainWhenTheHolderWasKilled) {
  const Folder folder;
  Holder holder(folder.path);
  ASSERT_TRUE(holder.holds);
  holder.kill_now();
  EXPECT_TRUE(ProcessLock::acquire(folder.path));
}

TEST(ProcessLock, IsHeldUntilItsOwnerGoesAndMovesWithIt) {
  const Folder folder;
  {
    auto first = ProcessLock::acquire(folder.path);
    ASSERT_TRUE(first);
    std::optional<ProcessLock> moved(*std::move(first));
    EXPECT_FALSE(ProcessLock::acquire(folder.path));
    moved.reset();
    EXPECT_TRUE(ProcessLock::acquire(folder.path));
  }
  EXPECT_TRUE(ProcessLock::acquire(folder.path));
}

TEST(ProcessLock, IsGivenBackWhenAnotherOneIsAssigned) {
  const Folder one;
  const Folder two;
  auto lock = *ProcessLock::acquire(one.path);
  lock = *ProcessLock::acquire(two.path);
  EXPECT_TRUE(ProcessLock::acquire(one.path));
  EXPECT_FALSE(ProcessLock::acquire(two.path));
}

TEST(ProcessLock, IsNotInheritedByAProgramThatThisOneStarts) {
  const Folder folder;
  auto lock = ProcessLock::acquire(folder.path);
  ASSERT_TRUE(lock);
  std::array<int, 2> started{};
  ASSERT_EQ(pipe2(started.data(), O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sleep", "sleep", "600", nullptr);
    _exit(127);
  }
  close(started[1]);
  char byte = 0;
  EXPECT_EQ(read(started[0], &byte, 1), 0) << "the end of the file comes with the exec";
  close(started[0]);
  {
    const auto gone = *std::move(lock);
  }
  EXPECT_TRUE(ProcessLock::acquire(folder.path));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(ProcessLock, AFolderThatIsNotThereIsNamed) {
  const auto lock = ProcessLock::acquire("/nowhere/at/all");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().detail(),
            "the folder \"/nowhere/at/all\" cannot be locked (No such file or directory); make it "
            "writable for this user or choose another one");
}

TEST(ProcessLock, FollowsNoSymbolicLink) {
  const Folder folder;
  const auto victim = folder.file("victim", "content");
  std::filesystem::create_symlink(victim, folder.path / "lock");
  EXPECT_FALSE(ProcessLock::acquire(folder.path));
  EXPECT_EQ(std::filesystem::file_size(victim), 7U);
}

TEST(ProcessLock, AStaleFileOfAnOldProcessIsNoObstacle) {
  const Folder folder;
  folder.file("lock", "99999999\n");
  EXPECT_TRUE(ProcessLock::acquire(folder.path));
}

}  // namespace
}  // namespace invoicing::ops::test
