#include "tests/support/mongo_server/server.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace invoicing::testing {
namespace {

constexpr int kStartTimeoutMs = 60'000;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
  int read = -1;
  int write = -1;
};

std::string file_of(const char* name) {
  return std::string(INVOICING_MONGO_SERVER_FOLDER) + "/" + name;
}

std::vector<std::string> command_of(const MongoServerOptions& options) {
  std::vector<std::string> command = {file_of("start"),
                                      "127.0.0.1",
                                      std::to_string(options.port),
                                      options.file.empty() ? "-" : options.file.string(),
                                      MongoServer::kUser,
                                      MongoServer::kPassword};
  if (options.tls) {
    command.push_back(file_of("tls/certificate.pem"));
    command.push_back(file_of("tls/key.pem"));
  }
  return command;
}

pid_t spawn(std::vector<std::string> command, int standard_input, int standard_output) {
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, standard_input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, standard_output, STDOUT_FILENO);
  pid_t pid = -1;
  const int failure =
      ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw std::runtime_error("no MongoDB test server at " + command[0] +
                             ": run tests/support/mongo_server/build, or set MONGO_URI_TEST");
  }
  return pid;
}

/// The port behind "listening ".
int read_port(int output) {
  std::string line;
  char letter = 0;
  pollfd wait{output, POLLIN, 0};
  while (::poll(&wait, 1, kStartTimeoutMs) == 1 && ::read(output, &letter, 1) == 1) {
    if (letter != '\n') {
      line += letter;
      continue;
    }
    const std::string beginning = "listening ";
    if (line.starts_with(beginning)) return std::stoi(line.substr(beginning.size()));
    line.clear();
  }
  throw std::runtime_error("the MongoDB test server does not start: " + line);
}

MongoServer& own_server() {
  static MongoServer server;
  return server;
}

}  // namespace

MongoServer::MongoServer(MongoServerOptions options) {
  const Pipe input;
  const Pipe output;
  pid_ = spawn(command_of(options), input.read, output.write);
  ::close(input.read);
  ::close(output.write);
  stdin_ = input.write;
  try {
    port_ = read_port(output.read);
  } catch (...) {
    kill();
    ::close(stdin_);
    ::close(output.read);
    throw;
  }
  ::close(output.read);
}

MongoServer::~MongoServer() {
  kill();
  ::close(stdin_);
}

std::string MongoServer::uri(const std::string& database, const std::string& options) const {
  return "mongodb://" + std::string(kUser) + ":" + kPassword +
         "@127.0.0.1:" + std::to_string(port_) + "/" + database + "?authSource=admin" +
         (options.empty() ? "" : "&" + options);
}

void MongoServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void MongoServer::freeze() const {
  ::kill(pid_, SIGSTOP);
}

void MongoServer::thaw() const {
  ::kill(pid_, SIGCONT);
}

std::filesystem::path MongoServer::certificate() {
  return file_of("tls/certificate.pem");
}

std::string shared_mongo_uri(const std::string& database) {
  const char* const given = std::getenv("MONGO_URI_TEST");
  if (given == nullptr) return own_server().uri(database);
  // mongodb://user:password@host:port/?options: the database goes before the options.
  std::string uri = given;
  const auto options = uri.find('?');
  const std::string tail = options == std::string::npos ? "" : uri.substr(options);
  uri = uri.substr(0, options);
  const auto path = uri.find('/', uri.find("://") + 3);
  return uri.substr(0, path) + "/" + database + tail;
}

bool shared_mongo_is_test_server() {
  const char* const given = std::getenv("MONGO_URI_TEST");
  return given == nullptr || std::string(given).find(MongoServer::kPassword) != std::string::npos;
}

std::string fresh_database_name() {
  std::random_device random;
  return "test_" + std::to_string(random()) + "_" + std::to_string(::getpid());
}

}  // namespace invoicing::testing
