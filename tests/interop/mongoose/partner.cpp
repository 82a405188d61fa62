// Our half of the interoperation with mongoose, on the real adapter.
// usage: mongoose_partner URI write|list|adopt|figures   (URI with the database; answers one JSON
// line each)

#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "mongo/adoption.hpp"
#include "mongo/invoice_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "tests/support/mongo_server/client.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::testing {
namespace {

boost::asio::io_context io{1};

/// The value, or the end of the program by an exception.
template <typename T>
T done(Task<Result<T>> task) {
  auto result = run(io, std::move(task));
  if (!result) throw std::runtime_error(result.error().detail());
  return *std::move(result);
}

void write_invoices(mongo::Client& client) {
  mongo::MongoInvoiceStore store(client);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    Invoice invoice = sample_invoice(number);
    invoice.amount.minor = 10010 * static_cast<std::int64_t>(number);
    invoice.items = {{"DG334", {1500}}, {"DG335", {1}}};
    std::cout << done(store.insert(invoice)).document.json << "\n";
  }
  const Voiding voiding{at(5000), "returned", {}};
  done(store.mark_void(id_of(3), voiding));
}

void list(mongo::Client& client) {
  mongo::MongoInvoiceStore store(client);
  const InvoiceQuery everything;
  const auto page = done(store.list(everything));
  for (const auto& document : page.documents) std::cout << document.json << "\n";
}

void adopt(mongo::Client& client) {
  mongo::Adoption adoption(client);
  const auto result = done(adoption.adopt(at()));
  std::cout << R"({"adopted":)" << result.adopted << R"(,"left":)" << result.left << "}\n";
}

void show_figures(mongo::Client& client) {
  mongo::MongoSalesLedger ledger(client);
  const auto snapshot = done(ledger.snapshot(at()));
  const auto figures = done(snapshot->figures({kFirstDate, kLastDate}));
  for (const auto& total : figures.totals) {
    std::cout << R"({"invoices":)" << total.invoices << R"(,"minor":)"
              << static_cast<std::int64_t>(total.amount_minor) << R"(,"voids":)" << total.voids
              << "}\n";
  }
  for (const auto& sku : figures.skus) {
    std::cout << R"({"sku":")" << sku.sku << R"(","milli":)" << static_cast<std::int64_t>(sku.milli)
              << "}\n";
  }
}

}  // namespace
}  // namespace invoicing::testing

int main(int count, char** arguments) {
  using namespace invoicing::testing;
  if (count != 3) return 2;
  const auto client = open_test_client(arguments[1]);
  const std::string action = arguments[2];
  if (action == "write") write_invoices(*client);
  if (action == "list") list(*client);
  if (action == "adopt") adopt(*client);
  if (action == "figures") show_figures(*client);
  return 0;
}
