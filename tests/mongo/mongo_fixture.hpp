#pragma once
// A database of a test's own with every adapter of the folder on it.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mongo/adoption.hpp"
#include "mongo/delivery_ledger.hpp"
#include "mongo/invoice_store.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "tests/support/contexts.hpp"
#include "tests/support/mongo_server/client.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::testing {

class MongoTest : public ::testing::Test {
 protected:
  struct Open {
    explicit Open(std::unique_ptr<mongo::Client> opened)
        : client(std::move(opened)),
          invoices(*client),
          ledger(*client),
          reports(*client),
          deliveries(*client),
          adoption(*client) {}

    std::unique_ptr<mongo::Client> client;
    mongo::MongoInvoiceStore invoices;
    mongo::MongoSalesLedger ledger;
    mongo::MongoReportStore reports;
    mongo::MongoDeliveryLedger deliveries;
    mongo::Adoption adoption;
  };

  template <typename T>
  T run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  Open& open(mongo::ClientOptions options = {}) {
    opened.reset();
    opened.emplace(open_test_client(database.uri(), std::move(options)));
    return *opened;
  }

  Figures figures(Window window) {
    const auto look = run(opened->ledger.snapshot(at()));
    const auto found = run((*look)->figures(window));
    const auto streamed = run((*look)->figures_from_invoices(window));
    EXPECT_TRUE(found && streamed);
    if (!found || !streamed) return {};
    EXPECT_EQ(*found, *streamed);
    return *found;
  }

  // Outlives the clients.
  boost::asio::io_context io{1};
  Contexts contexts;
  MongoDatabase database;
  std::optional<Open> opened;
};

}  // namespace invoicing::testing
