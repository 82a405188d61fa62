#include "ports/report_store.hpp"

namespace invoicing {

std::string OutboxEntry::message_id() const {
  return sends <= 1 ? report_id : report_id + "." + std::to_string(sends - 1);
}

}  // namespace invoicing
