#include <algorithm>

#include "domain/money.hpp"

namespace invoicing {
namespace {

// ISO 4217, list one as of 2026. Each row in order, four characters a code.
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
    "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB "
    "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW "
    "ZWG ";
constexpr std::string_view kNoDigits =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view kFourDigits = "CLF UYW ";

constexpr std::size_t kCodeSize = 3;
constexpr std::size_t kStride = 4;

bool contains(std::string_view row, std::string_view code) {
  std::size_t low = 0;
  std::size_t high = row.size() / kStride;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = row.compare(middle * kStride, kCodeSize, code);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

std::optional<std::int8_t> digits_of(std::string_view code) {
  if (contains(kTwoDigits, code)) return std::int8_t{2};
  if (contains(kNoDigits, code)) return std::int8_t{0};
  if (contains(kThreeDigits, code)) return std::int8_t{3};
  if (contains(kFourDigits, code)) return std::int8_t{4};
  return std::nullopt;
}

}  // namespace

Currency::Currency() : code_{'U', 'S', 'D'}, digits_(2) {}

std::optional<Currency> Currency::from_code(std::string_view code) {
  if (code.size() != kCodeSize) return std::nullopt;
  const auto digits = digits_of(code);
  if (!digits) return std::nullopt;
  return Currency({code[0], code[1], code[2]}, *digits);
}

}  // namespace invoicing
