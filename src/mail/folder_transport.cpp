#include "mail/folder_transport.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/hex.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing::mail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporaryPrefix = ".writing-";
constexpr std::string_view kDayHeader = "\r\nX-Business-Day: ";
constexpr std::size_t kDayLength = 10;
constexpr std::size_t kMaxRecipientBytes = 60;
constexpr std::size_t kMaxIdBytes = 110;
constexpr std::size_t kWaitingMax = 64;
constexpr mode_t kFolderMode = 0750;
constexpr auto kLongestWrite = std::chrono::hours{1};

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string system_error(const char* what, const fs::path& path) {
  return std::string(what) + ' ' + path.string() + ": " +
         std::error_code(errno, std::generic_category()).message();
}

bool is_safe(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("._@+-").find(c) != std::string_view::npos;
}

std::string safe(std::string_view text, std::size_t max_bytes) {
  std::string out(text.substr(0, max_bytes));
  std::replace_if(out.begin(), out.end(), [](char c) { return !is_safe(c); }, '-');
  return out;
}

/// "2026-11-22_" from the mail's header, or nothing.
std::string day_prefix(const std::string& content) {
  const auto head_end = content.find("\r\n\r\n");
  const auto header = content.find(kDayHeader);
  if (header == std::string::npos || header > head_end) return {};
  return safe(content.substr(header + kDayHeader.size(), kDayLength), kDayLength) + '_';
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The names in it survive a power cut from here on. The system's words on failure, else empty.
std::string sync_folder(const fs::path& folder) {
  const File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.descriptor() < 0 || ::fsync(directory.descriptor()) != 0)
    return system_error("cannot make lasting what was written into", folder);
  return {};
}

/// The system's words on failure, else empty. Leaves no temporary file behind.
std::string write_whole(const fs::path& folder, const std::string& name,
                        const std::string& content) {
  std::string temporary = (folder / (std::string(kTemporaryPrefix) + "XXXXXX")).string();
  const File file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.descriptor() < 0) return system_error("cannot write into", folder);
  const fs::path target = folder / name;
  const bool written = write_all(file.descriptor(), content) &&
                       ::fchmod(file.descriptor(), 0640) == 0 && ::fsync(file.descriptor()) == 0 &&
                       ::rename(temporary.c_str(), target.c_str()) == 0;
  if (!written) {
    const std::string error = system_error("cannot write", target);
    ::unlink(temporary.c_str());
    return error;
  }
  return sync_folder(folder);
}

/// The system's words on failure, else empty.
std::string make_folder(const fs::path& folder) {
  std::error_code ignored;  // mkdir says it better
  fs::create_directories(folder.parent_path(), ignored);
  if (::mkdir(folder.c_str(), kFolderMode) == 0) {
    if (std::string error = sync_folder(folder.parent_path()); !error.empty()) return error;
  } else if (errno != EEXIST) {
    return system_error("cannot make the folder", folder);
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return system_error("cannot write into the folder", folder);
  return {};
}

// By age: a command beside a running program must not take away what that one is writing.
void remove_leftovers(const fs::path& folder) {
  const auto oldest_in_use = fs::file_time_type::clock::now() - kLongestWrite;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->path().filename().string().starts_with(kTemporaryPrefix) &&
        it->last_write_time(ignored) < oldest_in_use)
      fs::remove(it->path(), ignored);
  }
}

MailOutcome store(const fs::path& folder, const OutgoingMail& mail) {
  const auto failed = [](std::string detail) {
    return MailOutcome{MailResult::try_again, MailReason::folder, std::move(detail)};
  };
  if (std::string error = make_folder(folder); !error.empty()) return failed(std::move(error));
  const std::string name = FolderTransport::file_name(mail);
  if (std::string error = write_whole(folder, name, mail.content); !error.empty())
    return failed(std::move(error));
  return {MailResult::accepted, MailReason::none, (folder / name).string()};
}

}  // namespace

FolderTransport::FolderTransport(fs::path folder)
    : folder_(std::move(folder)), pool_(1, kWaitingMax) {}

Result<std::unique_ptr<FolderTransport>> FolderTransport::create(const fs::path& folder) {
  const fs::path absolute = fs::absolute(folder).lexically_normal();
  if (const std::string error = make_folder(absolute); !error.empty())
    return Error(ErrorCode::storage_unavailable, "Mail folder: " + error + '.');
  remove_leftovers(absolute);
  return std::unique_ptr<FolderTransport>(new FolderTransport(absolute));
}

std::string FolderTransport::file_name(const OutgoingMail& mail) {
  std::string id = mail.message_id;
  std::erase_if(id, [](char c) { return c == '<' || c == '>'; });
  id.resize(std::min(id.size(), id.find('@')));
  // What was cut or replaced no longer tells two mails apart: the hash of all of it does.
  if (id.empty() || id.size() > kMaxIdBytes || safe(id, kMaxIdBytes) != id)
    id = to_hex(sha256(mail.message_id + '\n' + mail.recipient)).substr(0, 32);
  return day_prefix(mail.content) + safe(mail.recipient, kMaxRecipientBytes) + '_' + id + ".eml";
}

Task<MailOutcome> FolderTransport::send(const OutgoingMail& mail) {
  auto work = [this, &mail]() -> Result<MailOutcome> { return store(folder_, mail); };
  const Result<MailOutcome> outcome = co_await pool_.run(std::move(work));
  if (!outcome)
    co_return MailOutcome{MailResult::try_again, MailReason::folder,
                          "too many mails wait to be written"};
  co_return *outcome;
}

}  // namespace invoicing::mail
