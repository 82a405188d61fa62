// bench-journal-server --file F [--threads N] [--bare]: our service with a plain journal in the
// place of its store, which is the bound of what any store could do behind it. With --bare no
// request is parsed or checked either: the body itself is the record and the answer.

#include <iostream>
#include <string>
#include <utility>

#include "app/create_invoice.hpp"
#include "app/record_activity.hpp"
#include "app/void_invoice.hpp"
#include "codec/invoice_json.hpp"
#include "http/server.hpp"
#include "load/arguments.hpp"
#include "ops/file_limit.hpp"
#include "ops/signals.hpp"
#include "peers/journal.hpp"
#include "rest/invoice_routes.hpp"
#include "rest/problem.hpp"
#include "services/common/system_clock.hpp"

namespace invoicing::bench {
namespace {

// Only imports would write it.
class NoTrail final : public ActivityLog {
 public:
  Task<Result<void>> append(const Activity&) override { co_return Result<void>(); }
  Task<Result<ActivityPage>> list(const ActivityQuery&) override { co_return ActivityPage(); }
};

class JournalStore final : public InvoiceStore {
 public:
  explicit JournalStore(Journal& journal) : journal_(journal) {}

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override {
    InsertOutcome outcome;
    outcome.document = {invoice.id, codec::write_invoice(invoice), InvoiceStatus::issued};
    co_await journal_.append(outcome.document.json);
    co_return outcome;
  }

  // The journal knows nothing but to append.
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice>) override {
    co_return std::vector<Result<InsertOutcome>>();
  }
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId&) override {
    co_return std::optional<InvoiceDocument>();
  }
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId&, const Voiding&) override {
    co_return std::optional<VoidOutcome>();
  }
  Task<Result<InvoicePage>> list(const InvoiceQuery&) override { co_return InvoicePage(); }

 private:
  Journal& journal_;
};

struct SilentObserver final : Observer {
  void observe(const Event&) override {}
};

void add_bare_route(http::Router& router, Journal& journal) {
  router.add(
      {.method = http::Method::post,
       .pattern = "/invoices",
       .name = "create",
       .handler = [&journal](http::Request&, http::BodyReader& reader) -> Task<http::Response> {
         auto body = co_await reader.read_all();
         if (!body) co_return rest::problem(body.error());
         co_await journal.append(*body);
         http::Response response{.status = 201, .content_type = "application/json"};
         response.body = *std::move(body);
         co_return response;
       }});
}

int serve(const Arguments& arguments) {
  ops::raise_open_file_limit();
  ops::SignalWaiter signals;
  Journal journal(arguments.text("--file"));
  JournalStore store(journal);
  SilentObserver observer;
  services::SystemClock clock;
  InvoiceIdGenerator ids(1);
  CreateInvoice create(store, clock, ids);
  VoidInvoice make_void(store, clock);
  NoTrail trail;
  RecordActivity activity(trail, clock, ids);
  const auto calendar = BusinessCalendar::create("UTC", "12:00");
  http::Router router;
  if (arguments.has("--bare")) {
    add_bare_route(router, journal);
  } else {
    rest::add_invoice_routes(
        router, {create, make_void, store, observer, *calendar, *Currency::from_code("USD"),
                 rest::Authentication::off(), activity});
  }
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(arguments.number("--port", 0));
  options.threads = static_cast<unsigned>(arguments.number("--threads", 1));
  http::Server server(options, std::move(router),
                      [](const Error& error, unsigned) { return rest::problem(error); });
  server.start();
  signals.wait();
  server.drain(std::chrono::seconds{1});
  return 0;
}

}  // namespace
}  // namespace invoicing::bench

int main(int argc, char** argv) {
  return invoicing::bench::serve(invoicing::bench::Arguments(argc, argv));
}
