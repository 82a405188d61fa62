#include "domain/trace.hpp"

#include <algorithm>

#include "domain/hex.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing {
namespace {

// VERSION-TRACE-PARENT-FLAGS
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kTraceSize = 32;
constexpr std::size_t kParentAt = 36;
constexpr std::size_t kParentSize = 16;
constexpr std::size_t kFlagsAt = 53;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  return traceparent.empty() ? traceparent : traceparent.substr(kTraceAt, kTraceSize);
}

bool is_traceparent(std::string_view text) {
  if (text.size() < kTraceparentSize) return false;
  const std::string_view version = text.substr(0, 2);
  if (!is_hex(version) || version == "ff") return false;
  if (text.size() > kTraceparentSize && (version == "00" || text[kTraceparentSize] != '-')) {
    return false;
  }
  for (const std::size_t at : {kTraceAt, kParentAt, kFlagsAt}) {
    if (text[at - 1] != '-') return false;
  }
  return is_id(text.substr(kTraceAt, kTraceSize)) && is_id(text.substr(kParentAt, kParentSize)) &&
         is_hex(text.substr(kFlagsAt, 2));
}

bool is_request_id(std::string_view text) {
  static constexpr std::string_view kMarks = "-._~:/+=@";
  return !text.empty() && text.size() <= kMaxRequestIdSize && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

Trace trace_of_report(std::string_view report_id, std::string_view message_id) {
  const std::string trace = to_hex(sha256(report_id)).substr(0, kTraceSize);
  const std::string parent = to_hex(sha256(message_id)).substr(0, kParentSize);
  return {.traceparent = "00-" + trace + "-" + parent + "-00", .request_id = {}};
}

}  // namespace invoicing
