#include "load/request_source.hpp"

#include <cstdio>
#include <utility>

namespace invoicing::bench {
namespace {

constexpr unsigned kCustomers = 1000;
constexpr unsigned kSkus = 100;

}  // namespace

RequestSource::RequestSource(RequestOptions options)
    : options_(std::move(options)), random_(options_.seed) {}

Kind RequestSource::append(std::string& out) {
  constexpr std::uint64_t kSteps = 1'000'000;
  const bool post = options_.post_share >= 1 ||
                    (options_.post_share > 0 &&
                     static_cast<double>(random_() % kSteps) < options_.post_share * kSteps);
  if (post) {
    append_post(out);
    return Kind::post;
  }
  append_get(out);
  return Kind::get;
}

void RequestSource::append_get(std::string& out) {
  out += "GET ";
  if (options_.ids.empty()) {
    out += options_.path;
  } else {
    out += "/invoices/";
    out += options_.ids[random_() % options_.ids.size()];
  }
  out += " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

void RequestSource::append_post(std::string& out) {
  const std::uint64_t dice = random_();
  char body[400];
  const int size = std::snprintf(
      body, sizeof body,
      R"({"customer":"Customer %04u","amount":%u.%02u,"reference":"R-%llx-%08llu",)"
      R"("items":[{"sku":"SKU-%03u","qt":%u},{"sku":"SKU-%03u","qt":%u}]})",
      static_cast<unsigned>(dice % kCustomers), static_cast<unsigned>(dice >> 10 & 0x3ff) + 1,
      static_cast<unsigned>(dice >> 20 & 0x3f), static_cast<unsigned long long>(options_.seed),
      static_cast<unsigned long long>(posts_++), static_cast<unsigned>((dice >> 26) % kSkus),
      static_cast<unsigned>(dice >> 40 & 7) + 1, static_cast<unsigned>((dice >> 44) % kSkus),
      static_cast<unsigned>(dice >> 58 & 3) + 1);
  out += "POST /invoices HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  if (options_.keys) {
    char key[80];
    const int length = std::snprintf(key, sizeof key, "Idempotency-Key: %016llx%016llx\r\n",
                                     static_cast<unsigned long long>(random_()),
                                     static_cast<unsigned long long>(random_()));
    out.append(key, static_cast<std::size_t>(length));
  }
  out += "Content-Length: " + std::to_string(size) + "\r\n\r\n";
  out.append(body, static_cast<std::size_t>(size));
}

}  // namespace invoicing::bench
