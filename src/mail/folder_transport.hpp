#pragma once
// Mails as files, for an installation without an SMTP server.

#include <filesystem>
#include <memory>
#include <string>

#include "async/worker_pool.hpp"
#include "ports/mailer.hpp"

namespace invoicing::mail {

/// Each mail is one .eml file, written whole or not at all: a temporary file, fsync, rename, fsync
/// of the folder. The name is made of business day, recipient and message id, so that the same mail
/// sent twice is the same file.
class FolderTransport final : public MailTransport {
 public:
  /// Makes the folder (mode 0750, parents too) and removes temporary files that a crash left
  /// more than an hour ago. Error
  /// storage_unavailable naming the folder if it cannot be made or written.
  static Result<std::unique_ptr<FolderTransport>> create(const std::filesystem::path& folder);

  /// accepted with the file's path as detail, or try_again with reason `folder`.
  Task<MailOutcome> send(const OutgoingMail& mail) override;

  /// The file name of `mail`: letters, digits, and . _ @ + - only, at most 200 bytes.
  static std::string file_name(const OutgoingMail& mail);

 private:
  explicit FolderTransport(std::filesystem::path folder);

  std::filesystem::path folder_;
  WorkerPool pool_;
};

}  // namespace invoicing::mail
