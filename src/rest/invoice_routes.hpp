#pragma once
// POST /invoices, GET /invoices, GET /invoices/{id}, POST /invoices/{id}/void, POST
// /invoices/import.

#include "app/create_invoice.hpp"
#include "app/void_invoice.hpp"
#include "domain/business_calendar.hpp"
#include "domain/money.hpp"
#include "http/router.hpp"
#include "ports/invoice_store.hpp"
#include "ports/observer.hpp"

namespace invoicing::rest {

/// What the invoice routes need; everything outlives the router.
struct InvoiceDoors {
  CreateInvoice& create;
  VoidInvoice& make_void;
  InvoiceStore& store;
  Observer& observer;
  const BusinessCalendar& calendar;
  Currency default_currency;
};

void add_invoice_routes(http::Router& router, const InvoiceDoors& doors);

}  // namespace invoicing::rest
