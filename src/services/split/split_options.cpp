#include "services/split/split_options.hpp"

#include <string>
#include <utility>

#include "ops/log.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

// The watches say once what there is to say; these are the details.
void log_detail(const std::string& text) {
  ops::log::debug(text);
}

}  // namespace

ListenOptions ops_listen_options(const ops::CommandLine& line) {
  return {.host = line.settings.ops_address.host, .port = line.settings.ops_address.port};
}

Result<std::unique_ptr<mongo::Client>> open_mongo(const ops::CommandLine& line, Currency currency) {
  mongo::ClientOptions options;
  options.uri = line.secrets.mongo_uri;
  options.application = line.program;
  options.unique_reference = line.settings.unique_reference;
  options.default_currency = currency;
  options.log = log_detail;
  auto client = mongo::Client::open(std::move(options));
  if (!client) {
    return Error(ErrorCode::validation_failed,
                 line.bad_value("MONGO_URI", client.error().detail()));
  }
  return std::move(*client);
}

Result<rabbitmq::RabbitOptions> rabbit_options(const ops::CommandLine& line) {
  auto server = rabbitmq::parse_rabbit_uri(line.secrets.rabbitmq_uri);
  if (!server) {
    return Error(ErrorCode::validation_failed,
                 line.bad_value("RABBITMQ_URI", server.error().detail()));
  }
  rabbitmq::RabbitOptions options;
  options.server = std::move(*server);
  options.queue = line.settings.report_queue;
  options.quorum = line.settings.report_queue_type == ops::QueueType::quorum;
  options.program = line.program;
  options.jitter_seed = random_seed();
  options.log = log_detail;
  return options;
}

}  // namespace invoicing::services
