#pragma once
// A store in a folder of its own, for tests of what only SQLite promises.

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "sqlite/invoice_store.hpp"
#include "tests/support/contexts.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {

class SqliteTest : public ::testing::Test {
 protected:
  sqlite::DatabaseOptions options() const {
    sqlite::DatabaseOptions options;
    options.folder = folder.path();
    return options;
  }

  static std::unique_ptr<sqlite::Database> open(sqlite::DatabaseOptions options) {
    auto database = sqlite::Database::open(std::move(options));
    if (!database) throw std::runtime_error(database.error().detail());
    return *std::move(database);
  }

  template <typename T>
  auto run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  std::filesystem::path file() const { return folder.path() / "invoices.db"; }

  TempFolder folder;
  boost::asio::io_context io{1};
  Contexts contexts;
};

}  // namespace invoicing::testing
