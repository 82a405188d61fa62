#include "keyfile/file_api_key_store.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <sys/stat.h>

#include "codec/api_key_json.hpp"
#include "keyfile/lines_file.hpp"

namespace invoicing::keyfile {
namespace {

bool is_comment(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

Error faulty_line(const std::filesystem::path& file, std::size_t number, const std::string& what) {
  return Error(ErrorCode::validation_failed,
               file.string() + ":" + std::to_string(number) + ": " + what);
}

}  // namespace

std::optional<FileApiKeyStore::State> FileApiKeyStore::state_of(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return State{.changed_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec,
               .size = static_cast<std::uint64_t>(status.st_size),
               .inode = status.st_ino};
}

Result<std::vector<ApiKey>> FileApiKeyStore::read() const {
  const auto lines = read_lines(file_);
  if (!lines) return lines.error();
  std::vector<ApiKey> keys;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < lines->size(); ++i) {
    if (is_comment((*lines)[i])) continue;
    auto key = codec::read_api_key((*lines)[i]);
    if (!key) return faulty_line(file_, i + 1, key.error().detail());
    if (!ids.insert(key->id).second) return faulty_line(file_, i + 1, "the id stands twice");
    keys.push_back(*std::move(key));
  }
  if (keys.size() > kMaxApiKeys)
    return faulty_line(file_, lines->size(), "there are too many keys");
  std::ranges::sort(keys, {}, [](const ApiKey& key) { return std::tie(key.created_at, key.id); });
  return keys;
}

Result<std::vector<ApiKey>> FileApiKeyStore::read_if_changed() {
  const std::lock_guard lock(mutex_);
  const auto state = state_of(file_);
  if (keys_ && state && state == state_) return *keys_;
  auto keys = read();
  if (keys) {
    // What was written while it was read shows up as another state the next time.
    state_ = state;
    keys_ = *keys;
    complaint_.clear();
    return keys;
  }
  if (!keys_) return keys.error();
  if (log_ && std::exchange(complaint_, keys.error().detail()) != keys.error().detail()) {
    log_("the API keys stay as they were: " + complaint_);
  }
  return *keys_;
}

Result<void> FileApiKeyStore::check() const {
  const auto keys = read();
  if (!keys) return keys.error();
  return {};
}

Result<bool> FileApiKeyStore::write_new(const ApiKey& key) {
  std::vector<std::string> lines;
  if (state_of(file_)) {
    const auto keys = read();
    if (!keys) return keys.error();
    if (std::ranges::count(*keys, key.id, &ApiKey::id) > 0) return false;
    if (keys->size() >= kMaxApiKeys) {
      return Error(ErrorCode::validation_failed, "there are too many API keys");
    }
    auto there = read_lines(file_);
    if (!there) return there.error();
    lines = *std::move(there);
  }
  lines.push_back(codec::write_api_key(key));
  const auto written = replace_lines(file_, lines);
  if (!written) return written.error();
  return true;
}

Result<bool> FileApiKeyStore::write_revoked(const std::string& id, Instant now) {
  auto lines = read_lines(file_);
  if (!lines) return lines.error();
  for (std::size_t i = 0; i < lines->size(); ++i) {
    if (is_comment((*lines)[i])) continue;
    auto key = codec::read_api_key((*lines)[i]);
    if (!key) return faulty_line(file_, i + 1, key.error().detail());
    if (key->id != id) continue;
    if (key->revoked_at) return true;
    key->revoked_at = now;
    (*lines)[i] = codec::write_api_key(*key);
    const auto written = replace_lines(file_, *lines);
    if (!written) return written.error();
    return true;
  }
  return false;
}

Task<Result<bool>> FileApiKeyStore::add(const ApiKey& key) {
  co_return with_lock(file_, [this, &key] { return write_new(key); });
}

Task<Result<bool>> FileApiKeyStore::revoke(const std::string& id, Instant now) {
  co_return with_lock(file_, [this, &id, now] { return write_revoked(id, now); });
}

Task<Result<std::vector<ApiKey>>> FileApiKeyStore::all() {
  co_return read_if_changed();
}

}  // namespace invoicing::keyfile
