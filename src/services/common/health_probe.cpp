#include "services/common/health_probe.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "async/task.hpp"
#include "http/socket.hpp"
#include "services/common/command_outcome.hpp"

namespace invoicing::services {

namespace asio = boost::asio;

namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;
constexpr std::string_view kRequest =
    "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

template <typename Stream>
Task<void> exchange(Stream& stream, std::string& answer) {
  constexpr std::size_t kAnswerBytesMax = 64 * 1024;
  co_await asio::async_write(stream, asio::buffer(kRequest), kAwait);
  boost::system::error_code end;
  co_await asio::async_read(stream, asio::dynamic_buffer(answer, kAnswerBytesMax),
                            asio::redirect_error(kAwait, end));
  if (answer.empty()) throw boost::system::system_error(end);
}

Task<void> ask(asio::ip::tcp::endpoint endpoint, const std::optional<TlsFiles>& tls,
               std::string& answer) {
  http::Socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(endpoint, kAwait);
  if (!tls) {
    co_await exchange(socket, answer);
    co_return;
  }
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_verify_mode(asio::ssl::verify_none);
  if (!tls->client_ca.empty()) {
    // Files that are just being replaced are the service's to complain of.
    boost::system::error_code ignored;
    context.use_certificate_chain_file(tls->certificate.string(), ignored);
    context.use_private_key_file(tls->key.string(), asio::ssl::context::pem, ignored);
  }
  asio::ssl::stream<http::Socket&> stream(socket, context);
  co_await stream.async_handshake(asio::ssl::stream_base::client, kAwait);
  co_await exchange(stream, answer);
}

}  // namespace

Result<void> probe_readiness(const ops::Address& address, const std::optional<TlsFiles>& tls) {
  constexpr std::chrono::seconds kDeadline{5};
  std::string host = address.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(host), address.port);

  std::string answer;
  std::string failure = "nobody answers in time";
  asio::io_context context(1);
  asio::co_spawn(context, ask(endpoint, tls, answer), [&failure](const std::exception_ptr& thrown) {
    failure.clear();
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      failure = error.code().message();
    }
  });
  context.run_for(kDeadline);
  if (answer.starts_with("HTTP/1.1 200 ")) return {};
  if (!failure.empty()) return Error(ErrorCode::storage_unavailable, failure);
  const auto body = answer.find("\r\n\r\n");
  return Error(ErrorCode::storage_unavailable,
               body == std::string::npos ? "the answer was cut" : answer.substr(body + 4));
}

int report_health(const ops::Address& address, const std::optional<TlsFiles>& tls) {
  const auto ready = probe_readiness(address, tls);
  return ready ? 0 : complain("not ready: " + ready.error().detail(), kFailed);
}

}  // namespace invoicing::services
