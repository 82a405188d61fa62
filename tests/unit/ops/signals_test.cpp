#include "ops/signals.hpp"

#include <array>
#include <cerrno>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace invoicing::ops {
namespace {

TEST(Signals, SigtermAndSigintEndTheWait) {
  SignalWaiter signals;
  for (const int number : {SIGTERM, SIGINT}) {
    ASSERT_EQ(kill(getpid(), number), 0);
    EXPECT_EQ(signals.wait(), number);
  }
}

TEST(Signals, ASignalReachesAWaitThatIsUnderWayAndNoOtherThread) {
  SignalWaiter signals;
  int answer = -1;
  std::jthread waiting([&] { answer = signals.wait(); });
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  waiting.join();
  EXPECT_EQ(answer, SIGTERM);
}

TEST(Signals, SighupCallsTheHookAndTheWaitGoesOn) {
  SignalWaiter signals;
  int hangups = 0;
  const auto on_hangup = [&] {
    ++hangups;
    kill(getpid(), hangups == 1 ? SIGHUP : SIGTERM);
  };
  ASSERT_EQ(kill(getpid(), SIGHUP), 0);
  EXPECT_EQ(signals.wait(on_hangup), SIGTERM);
  EXPECT_EQ(hangups, 2);
}

TEST(Signals, SighupWithoutAHookDoesNothing) {
  SignalWaiter signals;
  ASSERT_EQ(kill(getpid(), SIGHUP), 0);
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  EXPECT_EQ(signals.wait(), SIGTERM);
}

TEST(Signals, RequestStopEndsTheWaitFromAnotherThread) {
  SignalWaiter signals;
  std::jthread other([&] { signals.request_stop(); });
  EXPECT_EQ(signals.wait(), 0);
}

TEST(Signals, APeerThatHangsUpIsAnErrorAndNotTheEnd) {
  SignalWaiter signals;
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  close(pair[1]);
  EXPECT_EQ(write(pair[0], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(pair[0]);
}

TEST(Signals, EverythingIsAsBeforeAfterwards) {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    const SignalWaiter signals;
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(sigismember(&after, SIGTERM), 1);
  }
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    EXPECT_EQ(sigismember(&after, number), sigismember(&before, number));
  }
}

}  // namespace
}  // namespace invoicing::ops
