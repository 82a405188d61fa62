#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "async/task.hpp"

namespace invoicing::http {

/// Of one connection, on its worker's io_context.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

}  // namespace invoicing::http
