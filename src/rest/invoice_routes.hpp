#pragma once
// POST /invoices, GET /invoices, GET /invoices/{id}, POST /invoices/{id}/void, POST
// /invoices/import.

#include <chrono>
#include <cstddef>

#include "app/create_invoice.hpp"
#include "app/record_activity.hpp"
#include "app/void_invoice.hpp"
#include "domain/business_calendar.hpp"
#include "domain/money.hpp"
#include "http/router.hpp"
#include "ports/invoice_store.hpp"
#include "ports/observer.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// What the invoice routes need; everything outlives the router.
struct InvoiceDoors {
  CreateInvoice& create;
  VoidInvoice& make_void;
  InvoiceStore& store;
  Observer& observer;
  const BusinessCalendar& calendar;
  Currency default_currency;
  Authentication authentication;
  RecordActivity& activity;
  /// Single writes (create and void) under way; one more is answered with `overloaded`. That many
  /// are two full commits of the store, the one being made and the next: more of them would not be
  /// done sooner, only all later. Imports wait for themselves and do not count.
  std::size_t writes_max = 512;
  /// While a thread is `lag_max` behind with reading what clients have sent, only so many: refusing
  /// costs less than doing, so that it catches up.
  std::size_t writes_max_behind = 32;
  std::chrono::milliseconds lag_max{50};
};

void add_invoice_routes(http::Router& router, const InvoiceDoors& doors);

}  // namespace invoicing::rest
