#pragma once
// Whose request it is, where proxies stand between the client and the service.

#include <vector>

#include "http/message.hpp"
#include "ops/network.hpp"

namespace invoicing::rest {

/// The client's address: the peer's, unless that is one of `trusted`; then the last entry of
/// X-Forwarded-For that no trusted proxy has, because what stands before it anybody may have
/// written. An entry that is no address (a port behind it is cut off) counts for nobody: then it is
/// the address of the proxy that sent it. Without a peer's address that can be read: ::.
ops::IpAddress client_address(const http::Request& request,
                              const std::vector<ops::IpNetwork>& trusted);

}  // namespace invoicing::rest
