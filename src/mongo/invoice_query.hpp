#pragma once
// An InvoiceQuery as filters and sort of MongoDB.

#include <vector>

#include "mongo/bson_document.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::mongo {

/// The filters to be read one after the other until the page is full: where the query goes on after
/// a position, first the rest of that very instant, then what lies beyond it. Two ranges of one
/// index, so that no page depends on how a server plans a disjunction.
std::vector<Document> filters_of(const InvoiceQuery& query, const Currency& default_currency);

Document sort_of(const InvoiceQuery& query);

}  // namespace invoicing::mongo
