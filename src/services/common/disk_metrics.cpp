#include "services/common/disk_metrics.hpp"

namespace invoicing::services {

void add_disk_metrics(ops::Metrics& metrics, const std::filesystem::path& folder) {
  // space() throws when it cannot say, which leaves the sample out.
  metrics.gauge_from(
      "data_disk_free_bytes", "Free space of the disk with the data folder.", {},
      [folder] { return static_cast<double>(std::filesystem::space(folder).available); });
  metrics.gauge_from(
      "data_disk_size_bytes", "Size of the disk with the data folder.", {},
      [folder] { return static_cast<double>(std::filesystem::space(folder).capacity); });
}

}  // namespace invoicing::services
