#pragma once
// What every Prometheus client tells about its process.

#include <string>

#include "ops/metrics.hpp"

namespace invoicing::ops {

/// Adds process_resident_memory_bytes, process_virtual_memory_bytes, process_cpu_seconds_total,
/// process_open_fds, process_max_fds, process_threads, process_start_time_seconds (read from /proc
/// at each scrape) and invoicing_build_info{program, version} 1.
void add_process_metrics(Metrics& metrics, const std::string& program, const std::string& version);

}  // namespace invoicing::ops
