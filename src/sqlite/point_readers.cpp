#include "sqlite/point_readers.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <sqlite3.h>

#include "sqlite/sql_error.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::size_t kThreadsMax = 32;

// Which reader of which PointReaders is this thread's. Notes of closed ones stay and do no harm:
// their serial is never asked for again.
struct Note {
  std::uint64_t serial = 0;
  std::weak_ptr<void> reader;
};
thread_local std::vector<Note> notes;

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

struct PointReaders::Reader {
  Reader(const std::filesystem::path& file, Access access) : connection(file, access) {}

  void begin(std::uint64_t commits) {
    connection.prepared("BEGIN").execute();
    shown = commits;
  }

  void end() {
    if (!shown) return;
    shown.reset();
    connection.prepared("COMMIT").execute();
  }

  Connection connection;
  std::optional<std::uint64_t> shown;  // the commits that the open transaction shows
  bool end_is_queued = false;
  bool failed = false;  // to end it; noticed by the next use
};

PointReaders::PointReaders(std::filesystem::path file, Access access)
    : file_(std::move(file)), access_(access), serial_(next_serial()) {}

PointReaders::~PointReaders() = default;

std::shared_ptr<PointReaders::Reader> PointReaders::reader_of_this_thread() {
  const auto found = std::ranges::find(notes, serial_, &Note::serial);
  if (found != notes.end()) return std::static_pointer_cast<Reader>(found->reader.lock());
  {
    const std::lock_guard lock(mutex_);
    if (readers_.size() >= kThreadsMax) return nullptr;
  }
  auto fresh = std::make_shared<Reader>(file_, access_);
  notes.push_back({serial_, fresh});
  const std::lock_guard lock(mutex_);
  readers_.push_back(fresh);
  return fresh;
}

Connection* PointReaders::mine(std::uint64_t commits, const Executor& executor) {
  const auto reader = reader_of_this_thread();
  if (!reader) return nullptr;
  if (reader->failed) throw SqlError(SQLITE_IOERR, "a read transaction could not be ended");
  if (reader->shown == commits) return &reader->connection;
  reader->end();
  // The number was read before: what was committed meanwhile is shown as well.
  reader->begin(commits);
  if (!std::exchange(reader->end_is_queued, true)) {
    boost::asio::post(executor, [weak = std::weak_ptr(reader)] {
      const auto still_there = weak.lock();
      if (!still_there) return;
      still_there->end_is_queued = false;
      try {
        still_there->end();
      } catch (const SqlError&) {
        still_there->failed = true;
      }
    });
  }
  return &reader->connection;
}

void PointReaders::forget_mine() {
  const auto found = std::ranges::find(notes, serial_, &Note::serial);
  if (found == notes.end()) return;
  const auto gone = found->reader.lock();
  notes.erase(found);
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [&gone](const auto& held) { return held == gone; });
}

}  // namespace invoicing::sqlite
