#include "sqlite/file_sync.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace invoicing::sqlite {

Result<void> sync_to_disk(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    const std::string reason = std::generic_category().message(errno);
    if (descriptor >= 0) ::close(descriptor);
    return Error(ErrorCode::storage_unavailable,
                 path.string() + " cannot be written to the disk: " + reason + ".");
  }
  ::close(descriptor);
  return {};
}

}  // namespace invoicing::sqlite
