#pragma once

#include <filesystem>

#include "ops/metrics.hpp"

namespace invoicing::services {

/// How large the disk below `folder` is and how much of it is free for this process. While nobody
/// can say (the folder is gone), both are left out.
void add_disk_metrics(ops::Metrics& metrics, const std::filesystem::path& folder);

}  // namespace invoicing::services
