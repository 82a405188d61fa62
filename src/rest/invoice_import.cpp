#include "rest/invoice_import.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/import_json.hpp"
#include "rest/error_table.hpp"
#include "rest/line_reader.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

// As many as one commit of the store takes.
constexpr std::size_t kBatchLines = 256;
constexpr std::size_t kLineBytesMax = 1024 * 1024;

class Import final : public http::BodySource {
 public:
  Import(ImportDoors doors, codec::InvoiceRequestOptions options, http::BodyReader& body)
      : doors_(std::move(doors)), options_(options), lines_(body, kLineBytesMax) {}

  Task<Result<bool>> next(std::string& chunk) override {
    const auto lines = co_await lines_.next(kBatchLines);
    if (!lines) co_return lines.error();
    std::vector<Result<NewInvoice>> requests;
    std::vector<NewInvoice> wanted;
    for (const Line& line : *lines) {
      requests.push_back(read(line));
      if (requests.back()) wanted.push_back(std::move(*requests.back()));
    }
    const auto outcomes = co_await doors_.create.create_all(std::move(wanted));

    auto outcome = outcomes.begin();
    for (std::size_t i = 0; i < lines->size(); ++i) {
      const std::uint64_t number = (*lines)[i].number;
      if (!requests[i]) {
        append_failure(chunk, number, requests[i].error());
      } else {
        append_outcome(chunk, number, *outcome++);
      }
    }
    co_return !lines_.ended();
  }

 private:
  Result<NewInvoice> read(const Line& line) const {
    if (line.too_long) {
      return Error(ErrorCode::body_too_large, "the line has more than 1 MB; it was skipped");
    }
    auto request = codec::read_invoice_request(line.text, options_);
    if (!request) return request.error();
    request->invoice.created_by = doors_.caller->id;
    return NewInvoice{std::move(request->invoice), request->has_date, doors_.caller->owner,
                      std::move(request->idempotency_key)};
  }

  void append_outcome(std::string& chunk, std::uint64_t line,
                      const Result<InsertOutcome>& outcome) {
    if (!outcome) {
      append_failure(chunk, line, outcome.error());
      return;
    }
    const bool replayed = outcome->result == InsertResult::replayed;
    doors_.observer.observe(InvoiceRecorded{replayed});
    chunk += codec::write_import_line(
        line, replayed ? codec::ImportStatus::replayed : codec::ImportStatus::created,
        outcome->document.id);
  }

  static void append_failure(std::string& chunk, std::uint64_t line, const Error& error) {
    log_if_internal(error);
    chunk += codec::write_import_failure(line, error_row(error.code()).slug, client_detail(error),
                                         error.faults());
  }

  ImportDoors doors_;
  codec::InvoiceRequestOptions options_;
  LineReader lines_;
};

}  // namespace

std::unique_ptr<http::BodySource> import_invoices(ImportDoors doors,
                                                  codec::InvoiceRequestOptions options,
                                                  http::BodyReader& body) {
  return std::make_unique<Import>(std::move(doors), options, body);
}

}  // namespace invoicing::rest
