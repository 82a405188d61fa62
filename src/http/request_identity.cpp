#include "http/request_identity.hpp"

#include "domain/trace.hpp"

namespace invoicing::http {
namespace {

constexpr std::string_view kRequestId = "X-Request-Id";
constexpr std::string_view kTraceparent = "traceparent";

std::uint64_t seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

struct Sent {
  std::string_view request_id;
  std::string_view traceparent;
};

Sent names_sent_with(const Request& request) {
  Sent sent;
  int traceparents = 0;
  for (const HeaderView& header : request.headers) {
    if (sent.request_id.empty() && iequals(header.name, kRequestId)) sent.request_id = header.value;
    if (iequals(header.name, kTraceparent)) {
      sent.traceparent = header.value;
      ++traceparents;
    }
  }
  if (!is_request_id(sent.request_id)) sent.request_id = {};
  if (traceparents != 1 || !is_traceparent(sent.traceparent)) sent.traceparent = {};
  return sent;
}

// Of the flags only "sampled" is known to version 00.
char sampled_flag(std::string_view traceparent) {
  constexpr std::string_view kOdd = "13579bdf";
  const char low = traceparent[kTraceparentSize - 1];
  return kOdd.find(low) == std::string_view::npos ? '0' : '1';
}

}  // namespace

IdSource::IdSource() : random_(seed()) {}

std::array<char, 16> IdSource::next() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t number = random_();
  while (number == 0) number = random_();
  std::array<char, 16> digits{};
  for (char& digit : digits) {
    digit = kDigits[number & 0xFU];
    number >>= 4U;
  }
  return digits;
}

void RequestIdentity::name(const Request& request, IdSource& ids) {
  const Sent sent = names_sent_with(request);
  const auto append = [&ids](std::string& text) {
    const auto id = ids.next();
    text.append(id.data(), id.size());
  };
  traceparent_ = "00-";
  if (sent.traceparent.empty()) {
    append(traceparent_);
    append(traceparent_);
  } else {
    traceparent_ += trace_id_of(sent.traceparent);
  }
  traceparent_ += '-';
  append(traceparent_);
  traceparent_ += "-0";
  traceparent_ += sent.traceparent.empty() ? '0' : sampled_flag(sent.traceparent);

  request_id_.assign(sent.request_id);
  if (!request_id_.empty()) return;
  append(request_id_);
  append(request_id_);
}

}  // namespace invoicing::http
