#include "services/standalone/control_socket.hpp"

#include <atomic>
#include <charconv>
#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/stat.h>

#include "services/common/wakeup.hpp"

namespace invoicing::services {

namespace {

using Protocol = boost::asio::local::stream_protocol;
using Acceptor = boost::asio::basic_socket_acceptor<Protocol, Executor>;
using Socket = boost::asio::basic_stream_socket<Protocol, Executor>;

constexpr std::size_t kRequestBytesMax = 256;
// Before the next try when nobody can be accepted: most often the process is out of descriptors.
constexpr std::chrono::milliseconds kAcceptPause{1000};
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> kAwait;

std::string socket_path(const std::filesystem::path& data_dir) {
  return (data_dir / "control.sock").string();
}

}  // namespace

struct ControlSocket::State {
  State(Executor e, std::string p, Handler h)
      : executor(e), acceptor(e), peer(e), pause(e), path(std::move(p)), handler(std::move(h)) {}

  Executor executor;
  Acceptor acceptor;
  Socket peer;
  Wakeup pause;
  std::string path;
  Handler handler;
  std::atomic<bool> stopping{false};
};

ControlSocket::ControlSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}

ControlSocket::~ControlSocket() {
  std::error_code ignored;
  std::filesystem::remove(state_->path, ignored);
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(Executor executor,
                                                           const std::filesystem::path& data_dir,
                                                           Handler handler) {
  auto state = std::make_unique<State>(executor, socket_path(data_dir), std::move(handler));
  // The folder's lock is held, so whatever stands here belongs to nobody.
  std::error_code ignored;
  std::filesystem::remove(state->path, ignored);
  try {
    const Protocol::endpoint endpoint(state->path);
    state->acceptor.open(endpoint.protocol());
    const mode_t mask = ::umask(0177);
    boost::system::error_code error;
    state->acceptor.bind(endpoint, error);
    ::umask(mask);
    if (error) throw boost::system::system_error(error);
    state->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    return Error(ErrorCode::storage_unavailable,
                 "cannot open the control socket " + state->path + ": " + error.code().message() +
                     "; choose a data folder with a path of less than 90 bytes on a local disk");
  }
  return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(state)));
}

void ControlSocket::stop() {
  state_->stopping.store(true);
  state_->pause.wake();
  boost::asio::post(state_->executor, [state = state_.get()] {
    boost::system::error_code ignored;
    state->acceptor.cancel(ignored);
    // Of a client that says nothing or does not read; a command under way is still answered.
    state->peer.cancel(ignored);
  });
}

Task<void> ControlSocket::run() {
  while (!state_->stopping.load()) {
    Socket& socket = state_->peer;
    socket = Socket(state_->executor);
    const auto [accept_error] = co_await state_->acceptor.async_accept(socket, kAwait);
    if (accept_error) {
      co_await state_->pause.wait(kAcceptPause);
      continue;
    }
    std::string request;
    const auto [read_error, length] = co_await boost::asio::async_read_until(
        socket, boost::asio::dynamic_buffer(request, kRequestBytesMax), '\n', kAwait);
    if (read_error) continue;
    request.resize(length - 1);
    const CommandOutcome outcome = co_await state_->handler(std::move(request));
    const std::string answer = std::to_string(outcome.exit_code) + "\n" + outcome.text;
    const auto answer_buffer = boost::asio::buffer(answer);
    co_await boost::asio::async_write(socket, answer_buffer, kAwait);
  }
  boost::system::error_code ignored;
  state_->peer.close(ignored);
}

std::optional<CommandOutcome> ask_running_process(const std::filesystem::path& data_dir,
                                                  const std::string& words) {
  boost::asio::io_context context;
  Socket socket(context);
  boost::system::error_code error;
  const std::string path = socket_path(data_dir);
  if (path.size() > 107) return std::nullopt;
  socket.connect(Protocol::endpoint(path), error);
  if (error) return std::nullopt;
  const std::string request = words + "\n";
  boost::asio::write(socket, boost::asio::buffer(request), error);
  std::string answer;
  if (!error) boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);

  CommandOutcome outcome;
  const auto line_end = answer.find('\n');
  const auto code =
      std::from_chars(answer.data(), answer.data() + answer.size(), outcome.exit_code);
  if (line_end == std::string::npos || code.ec != std::errc()) {
    return CommandOutcome{1, "the running service ended before it answered\n"};
  }
  outcome.text = answer.substr(line_end + 1);
  return outcome;
}

}  // namespace invoicing::services
