#pragma once
// The trail in memory.

#include <memory>
#include <mutex>
#include <vector>

#include "ports/activity_log.hpp"
#include "tests/support/memory/invoice_store.hpp"

namespace invoicing::memory {

/// Thread-safe. Every call is done before it returns.
class MemoryActivityLog final : public ActivityLog {
 public:
  explicit MemoryActivityLog(std::shared_ptr<Invoices> invoices) : invoices_(std::move(invoices)) {}

  Task<Result<void>> append(const Activity& entry) override;
  Task<Result<ActivityPage>> list(const ActivityQuery& query) override;

 private:
  std::shared_ptr<Invoices> invoices_;
  std::mutex mutex_;
  std::vector<Activity> appended_;
};

}  // namespace invoicing::memory
