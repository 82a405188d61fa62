#include "rest/page_assets.hpp"

namespace invoicing::rest {

std::span<const PageAsset> page_assets() {
  return {};
}

}  // namespace invoicing::rest
