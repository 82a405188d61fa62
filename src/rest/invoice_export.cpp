#include "rest/invoice_export.hpp"

#include <utility>

#include "codec/invoice_csv.hpp"
#include "codec/invoice_json.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

// A page of this size is some 80 KB of JSON: large enough that the store's work dominates, small
// enough that a hundred exports at once stay small.
constexpr std::size_t kPageSize = 250;

class Export : public http::BodySource {
 public:
  Export(InvoiceStore& store, InvoiceQuery query) : store_(store), query_(std::move(query)) {
    query_.limit = kPageSize;
  }

  Task<Result<bool>> next(std::string& chunk) override {
    const auto page = co_await store_.list(query_);
    if (!page) co_return page.error();
    const Result<void> appended = append(chunk, *page);
    if (!appended) {
      // The head may be out already, and then the client sees a cut answer alone.
      log_if_internal(appended.error());
      co_return appended.error();
    }
    query_.after = page->next;
    co_return page->next.has_value();
  }

 private:
  virtual Result<void> append(std::string& chunk, const InvoicePage& page) = 0;

  InvoiceStore& store_;
  InvoiceQuery query_;
};

class NdjsonExport final : public Export {
 public:
  using Export::Export;

 private:
  Result<void> append(std::string& chunk, const InvoicePage& page) override {
    for (const InvoiceDocument& document : page.documents) {
      chunk += document.json;
      chunk += '\n';
    }
    return {};
  }
};

class CsvExport final : public Export {
 public:
  using Export::Export;

 private:
  Result<void> append(std::string& chunk, const InvoicePage& page) override {
    if (!std::exchange(header_written_, true)) chunk += codec::csv_header();
    for (const InvoiceDocument& document : page.documents) {
      const auto invoice = codec::read_invoice(document.json);
      if (!invoice) return invoice.error();
      codec::append_csv_rows(chunk, *invoice);
    }
    return {};
  }

  bool header_written_ = false;
};

}  // namespace

std::unique_ptr<http::BodySource> export_ndjson(InvoiceStore& store, InvoiceQuery query) {
  return std::make_unique<NdjsonExport>(store, std::move(query));
}

std::unique_ptr<http::BodySource> export_csv(InvoiceStore& store, InvoiceQuery query) {
  return std::make_unique<CsvExport>(store, std::move(query));
}

}  // namespace invoicing::rest
