#include "jwt/key_source.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include <curl/curl.h>

namespace invoicing::jwt {
namespace {

constexpr long kTimeoutMs = 5000;
constexpr long kOk = 200;

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;

Error unreadable(const std::string& location, std::string_view why) {
  return Error(ErrorCode::storage_unavailable, location + ": " + std::string(why));
}

// What is larger ends the transfer: libcurl's own limit knows only what the server announces.
std::size_t take(char* data, std::size_t size, std::size_t count, void* user) {
  auto& text = *static_cast<std::string*>(user);
  const std::size_t length = size * count;
  if (text.size() + length > kMaxKeySetBytes) return 0;
  text.append(data, length);
  return length;
}

int look_for_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(user)->stop_requested() ? 1 : 0;
}

template <typename Value>
void set(const Handle& handle, CURLoption option, Value value) {
  curl_easy_setopt(handle.get(), option, value);
}

void set_security(const Handle& handle, const std::filesystem::path& ca_file) {
  set(handle, CURLOPT_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (ca_file.empty()) return;
  set(handle, CURLOPT_CAINFO, ca_file.c_str());
  set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

}  // namespace

Result<std::string> KeySource::read(const std::stop_token& stop) const {
  return is_url() ? fetch(stop) : read_file();
}

Result<std::string> KeySource::read_file() const {
  const std::string& location = options_.location;
  std::error_code fault;
  const auto size = std::filesystem::file_size(location, fault);
  if (fault) return unreadable(location, fault.message());
  if (size > kMaxKeySetBytes) return unreadable(location, "is larger than 256 KB");
  std::ifstream file(location, std::ios::binary);
  if (!file) return unreadable(location, std::generic_category().message(errno));
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  // Shorter where it was replaced meanwhile: then the next look sees the whole of it.
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

Result<std::string> KeySource::fetch(const std::stop_token& stop) const {
  const Handle handle(curl_easy_init());
  if (!handle) return unreadable(options_.location, "libcurl does not start");
  std::string text;
  std::string reason(CURL_ERROR_SIZE, '\0');
  set(handle, CURLOPT_URL, options_.location.c_str());
  set_security(handle, options_.ca_file);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  set(handle, CURLOPT_ERRORBUFFER, reason.data());
  set(handle, CURLOPT_WRITEFUNCTION, take);
  set(handle, CURLOPT_WRITEDATA, &text);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_XFERINFOFUNCTION, look_for_stop);
  set(handle, CURLOPT_XFERINFODATA, &stop);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_WRITE_ERROR) return unreadable(options_.location, "is larger than 256 KB");
  if (code != CURLE_OK) {
    reason.resize(std::strlen(reason.c_str()));
    return unreadable(options_.location, reason.empty() ? curl_easy_strerror(code) : reason);
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != kOk) {
    return unreadable(options_.location, "was answered with status " + std::to_string(status));
  }
  return text;
}

}  // namespace invoicing::jwt
