#include "mail/smtp_dialogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

#include <curl/curl.h>

namespace invoicing::mail {
namespace {

constexpr long kQuitTimeoutSeconds = 3;
// A stop that comes while the server decides on a whole mail waits this long for its answer: cut
// off, the mail would go out a second time.
constexpr std::chrono::milliseconds kAnswerGrace{2500};

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;
using List = std::unique_ptr<curl_slist, Cleanup>;

/// What the callbacks note while libcurl talks.
struct Course {
  const OutgoingMail& mail;
  const std::stop_token& stop;
  std::size_t sent_bytes = 0;
  SmtpStep step = SmtpStep::connect;
  int reply_code = 0;
  std::string reply;
  bool quitting = false;
  std::optional<std::chrono::steady_clock::time_point> stop_seen;
};

std::size_t give_content(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& course = *static_cast<Course*>(user);
  const std::string& content = course.mail.content;
  const std::size_t length = std::min(size * count, content.size() - course.sent_bytes);
  std::memcpy(buffer, content.data() + course.sent_bytes, length);
  course.sent_bytes += length;
  course.step = course.sent_bytes == content.size() ? SmtpStep::whole_content : SmtpStep::content;
  course.reply_code = 0;
  return length;
}

void note_reply(Course& course, std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  int code = 0;
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + std::min<std::size_t>(3, line.size()), code);
  if (error != std::errc() || end != line.data() + 3) return;
  course.reply_code = code;
  course.reply = line.substr(0, 1000);
}

// The only place that tells in which step a refusal came: libcurl's result does not. Commands are
// looked at for their first word only; a line of AUTH is never kept.
int note_traffic(CURL* handle, curl_infotype type, char* data, std::size_t size, void* user) {
  auto& course = *static_cast<Course*>(user);
  const std::string_view line(data, size);
  if (course.quitting) return 0;
  if (type == CURLINFO_HEADER_OUT && line.starts_with("QUIT")) {
    // The mail's fate is known: a server that does not answer QUIT may not hold the thread for the
    // two minutes that libcurl would wait.
    course.quitting = true;
    curl_easy_setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, kQuitTimeoutSeconds);
    return 0;
  }
  if (type == CURLINFO_HEADER_IN) note_reply(course, line);
  if (type == CURLINFO_HEADER_OUT && course.step < SmtpStep::content) {
    course.step = step_after(line, course.step);
    course.reply_code = 0;
  }
  return 0;
}

int note_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& course = *static_cast<Course*>(user);
  if (!course.stop.stop_requested()) return 0;
  if (course.step != SmtpStep::whole_content) return 1;
  const auto now = std::chrono::steady_clock::now();
  if (!course.stop_seen) course.stop_seen = now;
  return now - *course.stop_seen < kAnswerGrace ? 0 : 1;
}

SmtpEnding ending_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return SmtpEnding::completed;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      return SmtpEnding::unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return SmtpEnding::timeout;
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return SmtpEnding::tls;
    case CURLE_LOGIN_DENIED:
    case CURLE_AUTH_ERROR:
      return SmtpEnding::authentication;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_SEND_ERROR:
      return SmtpEnding::reply;
    case CURLE_ABORTED_BY_CALLBACK:
      return SmtpEnding::stopped;
    default:
      return SmtpEnding::broken;
  }
}

template <typename Value>
void set(const Handle& handle, CURLoption option, Value value) {
  curl_easy_setopt(handle.get(), option, value);
}

void set_security(const Handle& handle, const SmtpServer& server, const SmtpOptions& options) {
  long use_ssl = CURLUSESSL_ALL;
  if (server.tls == TlsPolicy::opportunistic) use_ssl = CURLUSESSL_TRY;
  if (server.tls == TlsPolicy::off) use_ssl = CURLUSESSL_NONE;
  set(handle, CURLOPT_USE_SSL, use_ssl);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!server.user.empty()) {
    set(handle, CURLOPT_USERNAME, server.user.c_str());
    set(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
}

void set_connection(const Handle& handle, const SmtpServer& server, const SmtpOptions& options) {
  const std::string url = server.shown_uri();
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(handle, CURLOPT_PROXY, "");  // or a variable of the environment would send mails elsewhere
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_FORBID_REUSE, 1L);  // QUIT belongs to this dialogue, with its callbacks
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms.count()));
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.dialogue_timeout_ms.count()));
}

void set_callbacks(const Handle& handle, Course& course) {
  set(handle, CURLOPT_UPLOAD, 1L);
  set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(course.mail.content.size()));
  set(handle, CURLOPT_READFUNCTION, give_content);
  set(handle, CURLOPT_READDATA, &course);
  set(handle, CURLOPT_VERBOSE, 1L);
  set(handle, CURLOPT_DEBUGFUNCTION, note_traffic);
  set(handle, CURLOPT_DEBUGDATA, &course);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_XFERINFOFUNCTION, note_progress);
  set(handle, CURLOPT_XFERINFODATA, &course);
}

bool initialize_once() {
  static std::once_flag once;
  static CURLcode result = CURLE_FAILED_INIT;
  std::call_once(once, [] { result = curl_global_init(CURL_GLOBAL_DEFAULT); });
  return result == CURLE_OK;
}

}  // namespace

SmtpDialogue talk_smtp(const SmtpServer& server, const SmtpOptions& options,
                       const OutgoingMail& mail) {
  Course course{mail, options.stop, 0, SmtpStep::connect, 0, {}, false, {}};
  const Handle handle(initialize_once() ? curl_easy_init() : nullptr);
  if (!handle)
    return {SmtpEnding::unreachable, SmtpStep::connect, 0, "the SMTP library cannot start"};
  std::array<char, CURL_ERROR_SIZE> message{};
  set(handle, CURLOPT_ERRORBUFFER, message.data());
  set_connection(handle, server, options);
  set_security(handle, server, options);
  set_callbacks(handle, course);
  const std::string from = '<' + mail.from + '>';
  const std::string recipient = '<' + mail.recipient + '>';
  const List recipients(curl_slist_append(nullptr, recipient.c_str()));
  set(handle, CURLOPT_MAIL_FROM, from.c_str());
  set(handle, CURLOPT_MAIL_RCPT, recipients.get());

  const CURLcode code = curl_easy_perform(handle.get());
  SmtpDialogue dialogue{ending_of(code), course.step, course.reply_code, course.reply};
  const bool answered = course.step == SmtpStep::whole_content && course.reply_code != 0;
  const bool replied = course.reply_code >= 400 || answered || code == CURLE_OK;
  if (!replied) dialogue.words = message[0] != 0 ? message.data() : curl_easy_strerror(code);
  return dialogue;
}

}  // namespace invoicing::mail
