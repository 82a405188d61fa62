#include "codec/problem_json.hpp"

#include "codec/json_writer.hpp"

namespace invoicing::codec {

std::string write_problem(const Problem& problem) {
  std::string out = R"({"type":)";
  append_json_string(out, "/errors#" + std::string(problem.code));
  out += R"(,"title":)";
  append_json_string(out, problem.title);
  out += R"(,"status":)";
  append_json_integer(out, problem.status);
  if (!problem.detail.empty()) {
    out += R"(,"detail":)";
    append_json_string(out, problem.detail);
  }
  out += R"(,"code":)";
  append_json_string(out, problem.code);
  if (!problem.faults.empty()) {
    out += R"(,"errors":)";
    append_faults(out, problem.faults);
  }
  out += '}';
  return out;
}

void append_faults(std::string& out, std::span<const Fault> faults) {
  out += '[';
  for (const Fault& fault : faults) {
    if (out.back() != '[') out += ',';
    const bool in_body = fault.pointer.empty() || fault.pointer.front() == '/';
    out += in_body ? R"({"pointer":)" : R"({"parameter":)";
    append_json_string(out, fault.pointer);
    out += R"(,"code":)";
    append_json_string(out, fault.code);
    out += R"(,"detail":)";
    append_json_string(out, fault.detail);
    out += '}';
  }
  out += ']';
}

}  // namespace invoicing::codec
