#include "services/standalone/control_socket.hpp"

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "tests/support/temp_folder.hpp"

namespace invoicing::services {
namespace {

class Control : public ::testing::Test {
 protected:
  Control() {
    auto opened = ControlSocket::open(context.get_executor(), folder.path(),
                                      [](std::string words) -> Task<CommandOutcome> {
                                        co_return CommandOutcome{3, "heard " + words};
                                      });
    EXPECT_TRUE(opened);
    control = std::move(*opened);
    boost::asio::co_spawn(context.get_executor(), control->run(), boost::asio::detached);
    thread = std::thread([this] {
      context.run();
      ended.set_value();
    });
  }
  ~Control() override {
    context.stop();
    thread.join();
  }

  testing::TempFolder folder;
  boost::asio::io_context context;
  std::unique_ptr<ControlSocket> control;
  std::promise<void> ended;
  std::thread thread;
};

TEST_F(Control, AnswersOneAfterTheOther) {
  for (const std::string words : {"close", "audit --mark"}) {
    const auto outcome = ask_running_process(folder.path(), words);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->exit_code, 3);
    EXPECT_EQ(outcome->text, "heard " + words);
  }
}

TEST_F(Control, StopsAtOnceAlsoWhileAClientSaysNothing) {
  boost::asio::io_context own;
  boost::asio::local::stream_protocol::socket silent(own);
  silent.connect({(folder.path() / "control.sock").string()});
  boost::asio::write(silent, boost::asio::buffer("clo", 3));
  // Until the service has read it, and so waits for the rest.
  for (int unread = 3; unread > 0; std::this_thread::yield()) {
    ASSERT_EQ(::ioctl(silent.native_handle(), SIOCOUTQ, &unread), 0);
  }
  control->stop();
  EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace invoicing::services
