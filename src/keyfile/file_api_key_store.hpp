#pragma once
// API keys in a file of their own, a line each (codec/api_key_json.hpp): for secrets that an
// operator brings with the deployment. Blank lines and those that begin with # count as comments.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

#include "ports/api_key_store.hpp"

namespace invoicing::keyfile {

/// The contract of the port, on a small file and therefore on the calling thread. add() and
/// revoke() replace the file as a whole, under a lock (FILE.lock) that other copies of the program
/// on this machine keep, and leave all other lines as they stand; add() makes the file, readable
/// for its owner alone. all() reads it again when it has changed; while it cannot be read, or a
/// line of it is faulty, what was last read stays in force and `log` hears of it, once. Errors name
/// the file and the line: they are for the operator.
class FileApiKeyStore final : public ApiKeyStore {
 public:
  /// `log` may be empty; it is called on the thread that calls.
  FileApiKeyStore(std::filesystem::path file, std::function<void(const std::string&)> log)
      : file_(std::move(file)), log_(std::move(log)) {}

  Task<Result<bool>> add(const ApiKey& key) override;
  Task<Result<bool>> revoke(const std::string& id, Instant now) override;
  Task<Result<std::vector<ApiKey>>> all() override;

  /// For the start: error validation_failed or storage_unavailable when the file cannot be used.
  Result<void> check() const;

 private:
  /// What tells one state of the file from another.
  struct State {
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  static std::optional<State> state_of(const std::filesystem::path& file);
  Result<std::vector<ApiKey>> read() const;
  Result<std::vector<ApiKey>> read_if_changed();
  Result<bool> write_new(const ApiKey& key);
  Result<bool> write_revoked(const std::string& id, Instant now);

  const std::filesystem::path file_;
  const std::function<void(const std::string&)> log_;
  std::mutex mutex_;
  std::optional<State> state_;               // guarded by mutex_
  std::optional<std::vector<ApiKey>> keys_;  // guarded by mutex_: the last that could be read
  std::string complaint_;                    // guarded by mutex_: what log_ heard last
};

}  // namespace invoicing::keyfile
