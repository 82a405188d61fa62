#pragma once
// A real SMTP server with faults (tests/support/smtp/server.py) as a child of the test.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace invoicing::mail {

/// Runs from construction to destruction. Throws, so that the test fails, if it cannot start: the
/// Python with aiosmtpd is $INVOICING_TEST_PYTHON, else build/venv/bin/python (made by
/// scripts/test).
class SmtpServerProcess {
 public:
  /// `arguments` as the server's --help has them.
  explicit SmtpServerProcess(const std::vector<std::string>& arguments = {});
  ~SmtpServerProcess();
  SmtpServerProcess(const SmtpServerProcess&) = delete;
  SmtpServerProcess& operator=(const SmtpServerProcess&) = delete;

  int port() const { return port_; }
  /// The mails that it took, with the two lines of envelope, in order.
  std::vector<std::string> taken() const;
  /// With --hold-content: the mails that it holds get their answer now.
  void let_go() const;
  /// What a client must trust when the server has a certificate.
  std::filesystem::path certificate() const { return folder_ / "certificate.pem"; }

 private:
  std::filesystem::path folder_;
  pid_t child_ = -1;
  int its_input_ = -1;
  int port_ = 0;
};

}  // namespace invoicing::mail
