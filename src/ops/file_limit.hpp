#pragma once
// Each connection is an open file; the usual soft limit of 1024 is too low for a server.

#include <cstdint>

namespace invoicing::ops {

/// Raises the soft limit of open files to the hard one. Returns the limit in force, raised or not:
/// a failure changes nothing and is no reason not to start.
std::uint64_t raise_open_file_limit();

}  // namespace invoicing::ops
