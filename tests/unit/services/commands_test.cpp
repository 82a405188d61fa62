#include "services/standalone/commands.hpp"

#include <gtest/gtest.h>

#include "app/open_books.hpp"
#include "services/standalone/parts.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::services {
namespace {

class Commands : public ::testing::Test {
 protected:
  Commands() {
    MailOptions mail;
    mail.from = "sales@localhost";
    mail.to = {"a@localhost"};
    mail.folder = folder.path() / "mail";
    const StandaloneOptions options{.http = {},
                                    .business = {*BusinessCalendar::create("UTC", "12:00"), {}},
                                    .mail = std::move(mail),
                                    .data_dir = folder.path()};
    auto opened = StandaloneParts::open(options, StoreAccess::read_write);
    EXPECT_TRUE(opened);
    parts = std::move(*opened);
    EXPECT_TRUE(run(open_books(parts->reports, parts->options.business.calendar, parts->clock)));
  }

  template <typename T>
  T run(Task<T> task) {
    return testing::run(context, std::move(task));
  }

  testing::TempFolder folder;
  boost::asio::io_context context{1};
  std::unique_ptr<StandaloneParts> parts;
};

TEST_F(Commands, MailingSucceedsBesideALetterThatWasDeadBefore) {
  ASSERT_TRUE(run(parts->queue.publish({"stray", "no report"})));
  const CommandOutcome first = run(run_command(*parts, "preview --mail", false));
  EXPECT_EQ(first.exit_code, 1) << "this command has put a message to the dead letters";
  const CommandOutcome second = run(run_command(*parts, "preview --mail", false));
  EXPECT_EQ(second.exit_code, 0) << second.text;
}

}  // namespace
}  // namespace invoicing::services
