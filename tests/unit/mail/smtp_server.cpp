#include "tests/unit/mail/smtp_server.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace invoicing::mail {
namespace {

constexpr int kStartTimeoutMs = 30'000;

std::string python() {
  const char* chosen = std::getenv("INVOICING_TEST_PYTHON");
  return chosen != nullptr && *chosen != 0 ? chosen : INVOICING_VENV_PYTHON;
}

/// The first line that the server writes; empty if it ends or says nothing in time.
std::string first_line(int descriptor) {
  std::string line;
  pollfd readable{descriptor, POLLIN, 0};
  char c = 0;
  while (::poll(&readable, 1, kStartTimeoutMs) > 0 && ::read(descriptor, &c, 1) == 1 && c != '\n')
    line += c;
  return line;
}

[[noreturn]] void become_server(int input, int output, const std::vector<std::string>& command) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

SmtpServerProcess::SmtpServerProcess(const std::vector<std::string>& arguments) {
  std::string pattern = (std::filesystem::temp_directory_path() / "smtp-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  std::vector<std::string> command{python(), "-B", INVOICING_SMTP_SERVER, folder_.string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  int input[2];
  int output[2];
  if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  child_ = ::fork();
  if (child_ == 0) become_server(input[0], output[1], command);
  ::close(input[0]);
  ::close(output[1]);
  its_input_ = input[1];
  const std::string line = first_line(output[0]);
  ::close(output[0]);
  if (!line.starts_with("port ")) {
    ::close(its_input_);
    ::waitpid(child_, nullptr, 0);
    throw std::runtime_error(
        "the SMTP server of the tests does not start with " + command[0] +
        ": run scripts/test once, or set INVOICING_TEST_PYTHON to a Python with "
        "tests/requirements.txt installed");
  }
  port_ = std::stoi(line.substr(5));
}

SmtpServerProcess::~SmtpServerProcess() {
  ::close(its_input_);
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

std::vector<std::string> SmtpServerProcess::taken() const {
  std::vector<std::string> mails;
  while (true) {
    std::ifstream in(folder_ / (std::to_string(mails.size() + 1) + ".eml"), std::ios::binary);
    if (!in) return mails;
    mails.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
}

void SmtpServerProcess::let_go() const {
  std::ofstream(folder_ / "answer");
}

}  // namespace invoicing::mail
