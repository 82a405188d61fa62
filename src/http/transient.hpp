#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

namespace invoicing::http {

/// Of a system call on a non-blocking socket: nothing was done, to be tried again.
inline bool is_transient(const boost::system::error_code& ec) {
  return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again ||
         ec == boost::asio::error::interrupted;
}

}  // namespace invoicing::http
