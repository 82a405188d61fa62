#pragma once
// The life of `report-generator`: closes days, publishes reports, says how it is.

#include <atomic>
#include <memory>
#include <vector>

#include "http/server.hpp"
#include "services/common/generator_role.hpp"
#include "services/common/outbox_sampler.hpp"
#include "services/common/queue_sampler.hpp"
#include "services/common/roles_thread.hpp"
#include "services/common/service.hpp"
#include "services/report_generator/parts.hpp"
#include "services/split/books_opener.hpp"
#include "services/split/broker_watch.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// Any number of copies may run: the report's number decides who has closed a day. Sealing never
/// waits for the broker.
class ReportGenerator final : public Service {
 public:
  /// Listens; needs no server. Errors: one line for the operator.
  static Result<std::unique_ptr<Service>> open(ReportGeneratorOptions options,
                                               std::unique_ptr<mongo::Client> client);
  ~ReportGenerator() override;

  void start() override;
  void stop() override;

 private:
  ReportGenerator(ReportGeneratorOptions options, std::unique_ptr<mongo::Client> client);

  Result<void> listen();
  std::vector<rest::Missing> missing() const;
  Task<void> open_books_and_run();
  Task<Result<void>> before_closing();

  GeneratorParts parts_;
  RolesThread roles_;
  GeneratorRole generator_;
  MongoWatch mongo_watch_;
  BrokerWatch broker_watch_;
  BooksOpener books_;
  OutboxSampler outbox_sampler_;
  QueueSampler queue_sampler_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
