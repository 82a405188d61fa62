#include "services/move/moves.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

#include "app/move_store.hpp"
#include "mongo/adoption.hpp"
#include "mongo/client.hpp"
#include "mongo/move_source.hpp"
#include "mongo/move_target.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "ops/log.hpp"
#include "services/common/book_commands.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/random_seed.hpp"
#include "services/common/system_clock.hpp"
#include "services/standalone/options.hpp"
#include "sqlite/database.hpp"
#include "sqlite/move_source.hpp"
#include "sqlite/move_target.hpp"
#include "sqlite/report_queue.hpp"
#include "sqlite/report_store.hpp"
#include "sqlite/sales_ledger.hpp"

namespace invoicing::services {

namespace {

/// Both stores with what a move needs of them.
struct MoveParts {
  MoveParts(std::unique_ptr<sqlite::Database> opened_file,
            std::unique_ptr<mongo::Client> opened_client, const StandaloneOptions& options)
      : file(std::move(opened_file)),
        client(std::move(opened_client)),
        file_name(std::filesystem::absolute(options.data_dir).lexically_normal().string()),
        client_name(client->address()) {}

  MoveSide file_side() { return {file_reports, file_ledger, file_name}; }
  MoveSide client_side() { return {client_reports, client_ledger, client_name}; }

  SystemClock clock;
  InvoiceIdGenerator ids{random_seed()};
  std::unique_ptr<sqlite::Database> file;
  std::unique_ptr<mongo::Client> client;
  const std::string file_name;
  const std::string client_name;
  sqlite::SqliteReportStore file_reports{*file};
  sqlite::SqliteSalesLedger file_ledger{*file};
  mongo::MongoReportStore client_reports{*client};
  mongo::MongoSalesLedger client_ledger{*client};
};

Result<std::string> read_place(const std::string& place) {
  if (!place.starts_with('@')) return place;
  std::ifstream file(place.substr(1));
  std::string uri;
  if (!std::getline(file, uri)) {
    return Error(ErrorCode::validation_failed, "the file " + place.substr(1) + " cannot be read");
  }
  return uri;
}

Result<std::unique_ptr<mongo::Client>> open_client(const ops::CommandLine& line,
                                                   const StandaloneOptions& options,
                                                   const std::string& place) {
  auto uri = read_place(place);
  if (!uri) return uri.error();
  mongo::ClientOptions client_options;
  client_options.uri = *std::move(uri);
  client_options.application = line.program;
  client_options.unique_reference = options.unique_reference;
  client_options.default_currency = options.business.currency;
  client_options.connections = 1;
  return mongo::Client::open(std::move(client_options));
}

Result<std::unique_ptr<sqlite::Database>> open_file(const StandaloneOptions& options) {
  sqlite::DatabaseOptions database_options;
  database_options.folder = options.data_dir;
  database_options.log = [](const std::string& text) { ops::log::warning(text); };
  return sqlite::Database::open(std::move(database_options));
}

CommandOutcome outcome_of(const MoveTotals& totals, const std::string& from,
                          const std::string& to) {
  if (totals.was_done_before) return {0, "moved before: " + from + " to " + to + "\n"};
  return {0, "moved " + from + " to " + to + "\n"};
}

/// Mails that no report asks for stand in the queue alone, and stay behind.
Task<Result<void>> warn_of_mails_left(MoveParts& parts) {
  sqlite::SqliteReportQueue queue(*parts.file, parts.clock);
  const auto depth = co_await queue.depth();
  if (!depth) co_return depth.error();
  const auto open = co_await parts.file_reports.open_entries();
  if (!open) co_return open.error();
  const auto waiting = static_cast<std::size_t>(depth->ready + depth->delayed);
  if (waiting > open->size()) {
    std::cerr << "export: a preview that waits to be mailed is not moved; ask for it again\n";
  }
  co_return Result<void>();
}

Task<CommandOutcome> run_export(MoveParts& parts) {
  const auto prepared = co_await parts.client->prepare();
  if (!prepared) co_return failed("export", prepared.error());
  const auto warned = co_await warn_of_mails_left(parts);
  if (!warned) co_return failed("export", warned.error());
  sqlite::SqliteMoveSource source(*parts.file);
  mongo::MongoMoveTarget target(*parts.client);
  MoveStore move(source, parts.file_side(), target, parts.client_side(), parts.clock, parts.ids,
                 [](const std::string& text) { std::cerr << "export: " << text << "\n"; });
  const auto totals = co_await move.move();
  if (!totals) co_return failed("export", totals.error());
  co_return outcome_of(*totals, parts.file_name, parts.client_name);
}

Task<CommandOutcome> run_import(MoveParts& parts) {
  const auto prepared = co_await parts.client->prepare();
  if (!prepared) co_return failed("import", prepared.error());
  mongo::Adoption adoption(*parts.client);
  const auto adopted = co_await adoption.adopt(parts.clock.now());
  if (!adopted) co_return failed("import", adopted.error());
  if (adopted->left > 0) {
    std::cerr << "import: " << adopted->left << " documents that are no invoices are left out\n";
  }
  mongo::MongoMoveSource source(*parts.client);
  sqlite::SqliteMoveTarget target(*parts.file);
  MoveStore move(source, parts.client_side(), target, parts.file_side(), parts.clock, parts.ids,
                 [](const std::string& text) { std::cerr << "import: " << text << "\n"; });
  const auto totals = co_await move.move();
  if (!totals) co_return failed("import", totals.error());
  co_return outcome_of(*totals, parts.client_name, parts.file_name);
}

int move_between(const ops::CommandLine& line, const StandaloneOptions& options,
                 const std::string& place, Task<CommandOutcome> (*run)(MoveParts&)) {
  auto client = open_client(line, options, place);
  if (!client) return complain(line.program + ": " + client.error().detail(), kWrongUse);
  auto file = open_file(options);
  if (!file) return complain(line.program + ": " + file.error().detail(), kFailed);
  MoveParts parts(std::move(*file), std::move(*client), options);
  const int code = print_outcome(run_to_end(run(parts)));
  parts.client->close();
  parts.file->close();
  return code;
}

}  // namespace

int run_move(const ops::CommandLine& line) {
  // What a command says stands on stdout alone.
  ops::log::start(line.settings.log_level, line.settings.log_format, &std::cerr);
  const auto options = standalone_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "export") {
    return move_between(line, *options, line.arguments.find("--to")->second, run_export);
  }
  if (line.command == "import") {
    return move_between(line, *options, line.arguments.find("--from")->second, run_import);
  }
  return complain(line.program + ": " + line.command + " is no move", kWrongUse);
}

}  // namespace invoicing::services
