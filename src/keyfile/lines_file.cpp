#include "keyfile/lines_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace invoicing::keyfile {
namespace {

Error failed(const std::filesystem::path& file, const std::string& what) {
  return Error(ErrorCode::storage_unavailable,
               file.string() + " " + what + ": " + std::generic_category().message(errno));
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& file, int flags, mode_t mode)
      : number_(::open(file.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool ok() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

mode_t mode_of(const std::filesystem::path& file) {
  constexpr mode_t kOwnerOnly = 0600;
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777U : kOwnerOnly;
}

}  // namespace

Result<std::vector<std::string>> read_lines(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return failed(file, "cannot be read");
  std::string text;
  std::error_code ignored;
  if (std::filesystem::file_size(file, ignored) > kFileBytesMax) {
    errno = EFBIG;
    return failed(file, "cannot be read");
  }
  text.assign(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return failed(file, "cannot be read");
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

Result<void> replace_lines(const std::filesystem::path& file,
                           const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  const std::filesystem::path fresh = file.string() + ".new";
  const mode_t mode = mode_of(file);
  {
    const Descriptor out(fresh, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (!out.ok() || ::fchmod(out.number(), mode) != 0 || !write_all(out.number(), text) ||
        ::fsync(out.number()) != 0) {
      return failed(fresh, "cannot be written");
    }
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed(file, "cannot be replaced");
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor folder(parent, O_RDONLY | O_DIRECTORY, 0);
  if (!folder.ok() || ::fsync(folder.number()) != 0) return failed(parent, "cannot be synced");
  return {};
}

Result<bool> with_lock(const std::filesystem::path& file,
                       const std::function<Result<bool>()>& work) {
  const std::filesystem::path lock = file.string() + ".lock";
  const Descriptor held(lock, O_RDWR | O_CREAT, 0600);
  if (!held.ok() || ::flock(held.number(), LOCK_EX) != 0) return failed(lock, "cannot be locked");
  return work();
}

}  // namespace invoicing::keyfile
