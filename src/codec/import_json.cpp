#include "codec/import_json.hpp"

#include "codec/json_writer.hpp"
#include "codec/problem_json.hpp"

namespace invoicing::codec {

std::string write_import_line(std::uint64_t line, ImportStatus status, const InvoiceId& id) {
  const std::string_view word = status == ImportStatus::created ? "created" : "replayed";
  std::string out = R"({"line":)" + std::to_string(line) + R"(,"status":")";
  out += word;
  out += R"(","id":")" + id.to_hex() + "\"}\n";
  return out;
}

std::string write_import_failure(std::uint64_t line, std::string_view code, std::string_view detail,
                                 std::span<const Fault> faults) {
  std::string out = R"({"line":)" + std::to_string(line) + R"(,"status":"failed","code":)";
  append_json_string(out, code);
  out += R"(,"detail":)";
  append_json_string(out, detail);
  if (!faults.empty()) {
    out += R"(,"errors":)";
    append_faults(out, faults);
  }
  out += "}\n";
  return out;
}

}  // namespace invoicing::codec
