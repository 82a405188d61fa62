#include "services/common/health_probe.hpp"

#include <chrono>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "services/common/command_outcome.hpp"

namespace invoicing::services {

Result<void> probe_readiness(const ops::Address& address) {
  using boost::asio::ip::tcp;
  constexpr std::chrono::seconds kDeadline{5};
  constexpr std::size_t kAnswerBytesMax = 64 * 1024;
  std::string host = address.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";

  boost::asio::io_context context(1);
  tcp::socket socket(context);
  const std::string request =
      "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::string answer;
  boost::system::error_code failure = boost::asio::error::timed_out;
  const tcp::endpoint endpoint(boost::asio::ip::make_address(host), address.port);
  socket.async_connect(endpoint, [&](boost::system::error_code connect_error) {
    if (failure = connect_error; connect_error) return;
    boost::asio::async_write(socket, boost::asio::buffer(request),
                             [&](boost::system::error_code write_error, std::size_t) {
                               if (failure = write_error; write_error) return;
                               boost::asio::async_read(
                                   socket, boost::asio::dynamic_buffer(answer, kAnswerBytesMax),
                                   [&](boost::system::error_code read_error, std::size_t) {
                                     if (read_error != boost::asio::error::eof)
                                       failure = read_error;
                                   });
                             });
  });
  context.run_for(kDeadline);
  if (answer.starts_with("HTTP/1.1 200 ")) return {};
  if (failure) return Error(ErrorCode::storage_unavailable, failure.message());
  const auto body = answer.find("\r\n\r\n");
  return Error(ErrorCode::storage_unavailable,
               body == std::string::npos ? "the answer was cut" : answer.substr(body + 4));
}

int report_health(const ops::Address& address) {
  const auto ready = probe_readiness(address);
  return ready ? 0 : complain("not ready: " + ready.error().detail(), kFailed);
}

}  // namespace invoicing::services
