// What a killed process leaves behind is on the disk before it is served.
#include <mutex>
#include <vector>

#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/sqlite/store_fixture.hpp"

namespace {

std::mutex synced_mutex;
std::vector<std::string> synced;

}  // namespace

/// Takes the place of the C library's in this program, and notes the file.
extern "C" int fsync(int descriptor) {
  std::error_code error;
  const auto link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto name = std::filesystem::read_symlink(link, error).filename().string();
  {
    const std::lock_guard lock(synced_mutex);
    synced.push_back(name);
  }
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace invoicing::testing {
namespace {

using sqlite::SqliteInvoiceStore;
using ::testing::Contains;

class RecoveryTest : public SqliteTest {
 protected:
  static std::vector<std::string> synced_so_far() {
    const std::lock_guard lock(synced_mutex);
    return std::exchange(synced, {});
  }
};

TEST_F(RecoveryTest, the_log_of_a_killed_process_is_on_the_disk_before_it_is_served) {
  const TempFolder killed;
  {
    const auto database = open(options());
    SqliteInvoiceStore invoices(*database, {});
    ASSERT_TRUE(run(invoices.insert(sample_invoice(1))));
    for (const char* name : {"invoices.db", "invoices.db-wal"}) {
      std::filesystem::copy_file(folder.path() / name, killed.path() / name);
    }
  }
  synced_so_far();
  auto after = options();
  after.folder = killed.path();
  const auto database = open(after);
  EXPECT_THAT(synced_so_far(), Contains("invoices.db-wal"));
  SqliteInvoiceStore invoices(*database, {});
  const auto found = run(invoices.find(id_of(1)));
  EXPECT_TRUE(found && *found);
}

}  // namespace
}  // namespace invoicing::testing
