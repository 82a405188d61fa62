// The only file that includes GMime and GLib: their cast macros need the pragma.
#pragma GCC diagnostic ignored "-Wold-style-cast"

#include "mail/mime_mail.hpp"

#include <memory>
#include <mutex>

#include <gmime/gmime.h>

#include "domain/hex.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
struct Free {
  void operator()(void* memory) const { g_free(memory); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;
using OwnedText = std::unique_ptr<char, Free>;

void initialize_once() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

struct FormatOptions {
  FormatOptions() : options(g_mime_format_options_new()) {
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
  }
  ~FormatOptions() { g_mime_format_options_free(options); }
  FormatOptions(const FormatOptions&) = delete;
  FormatOptions& operator=(const FormatOptions&) = delete;

  GMimeFormatOptions* options;
};

bool breaks_header(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

/// A leaf with `bytes` as its content, to be written in `encoding`.
Owned<GMimePart> make_part(const char* type, const char* subtype, const std::string& bytes,
                           GMimeContentEncoding encoding) {
  Owned<GMimePart> part(g_mime_part_new_with_type(type, subtype));
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeDataWrapper> content(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(part.get(), content.get());
  g_mime_part_set_content_encoding(part.get(), encoding);
  return part;
}

Owned<GMimePart> make_text_part(const char* subtype, const std::string& text) {
  auto part = make_part("text", subtype, text, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part.get()), "charset", "utf-8");
  return part;
}

Owned<GMimePart> make_file_part(const char* type, const char* subtype, const std::string& bytes,
                                const char* disposition, const std::string& name) {
  auto part = make_part(type, subtype, bytes, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(GMIME_OBJECT(part.get()), disposition);
  g_mime_part_set_filename(part.get(), name.c_str());
  return part;
}

/// "=_" cannot occur in a quoted-printable or base64 body, so that no content holds a boundary.
Owned<GMimeMultipart> make_multipart(const char* subtype, const std::string& seed) {
  Owned<GMimeMultipart> multipart(g_mime_multipart_new_with_subtype(subtype));
  const std::string boundary = "=_" + std::string(subtype) + '_' + seed;
  g_mime_multipart_set_boundary(multipart.get(), boundary.c_str());
  return multipart;
}

template <typename T>
void add(const Owned<GMimeMultipart>& multipart, const Owned<T>& part) {
  g_mime_multipart_add(multipart.get(), GMIME_OBJECT(part.get()));
}

Owned<GMimeMultipart> make_body(const MimeMail& mail) {
  const std::string seed = to_hex(sha256(mail.message_id)).substr(0, 24);
  const auto html = make_text_part("html", mail.html);
  const auto related = make_multipart("related", seed);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(related.get()), "type", "text/html");
  add(related, html);
  if (!mail.chart_png.empty()) {
    const auto chart = make_file_part("image", "png", mail.chart_png, "inline", "chart.png");
    g_mime_part_set_content_id(chart.get(), mail.chart_content_id.c_str());
    add(related, chart);
  }
  const auto alternative = make_multipart("alternative", seed);
  add(alternative, make_text_part("plain", mail.text));
  add(alternative, related);

  auto mixed = make_multipart("mixed", seed);
  add(mixed, alternative);
  const auto csv = make_file_part("text", "csv", mail.csv, "attachment", mail.csv_name);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(csv.get()), "charset", "utf-8");
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(csv.get()), "header", "present");
  add(mixed, csv);
  return mixed;
}

void set_headers(GMimeMessage* message, const MimeMail& mail) {
  const auto add_address = [message](GMimeAddressType type, const MailAddress& address) {
    const char* name = address.display_name.empty() ? nullptr : address.display_name.c_str();
    g_mime_message_add_mailbox(message, type, name, address.address.c_str());
  };
  add_address(GMIME_ADDRESS_TYPE_FROM, mail.from);
  add_address(GMIME_ADDRESS_TYPE_TO, mail.to);
  g_mime_message_set_subject(message, mail.subject.c_str(), "utf-8");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(mail.date).time_since_epoch();
  if (GDateTime* date = g_date_time_new_from_unix_utc(seconds.count()); date != nullptr) {
    g_mime_message_set_date(message, date);
    g_date_time_unref(date);
  }
  g_mime_message_set_message_id(message, mail.message_id.c_str());
  auto* object = GMIME_OBJECT(message);
  g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", nullptr);
  g_mime_object_set_header(object, "X-Business-Day", mail.business_day.c_str(), nullptr);
  const auto add_if_known = [object](const char* name, const std::string& value) {
    if (!value.empty()) g_mime_object_set_header(object, name, value.c_str(), nullptr);
  };
  add_if_known("Traceparent", mail.trace.traceparent);
  add_if_known("X-Request-Id", mail.trace.request_id);
}

}  // namespace

Result<std::string> write_mime(const MimeMail& mail) {
  for (const std::string* value :
       {&mail.from.display_name, &mail.from.address, &mail.to.display_name, &mail.to.address,
        &mail.subject, &mail.message_id, &mail.business_day, &mail.trace.traceparent,
        &mail.trace.request_id, &mail.chart_content_id, &mail.csv_name})
    if (breaks_header(*value))
      return Error(ErrorCode::validation_failed,
                   "A header of the mail would hold a line end or a NUL; the mail is not written.");
  initialize_once();
  const Owned<GMimeMessage> message(g_mime_message_new(TRUE));
  set_headers(message.get(), mail);
  const auto body = make_body(mail);
  g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(body.get()));
  const FormatOptions format;
  const OwnedText text(g_mime_object_to_string(GMIME_OBJECT(message.get()), format.options));
  return std::string(text.get());
}

std::string base64(std::string_view bytes) {
  const OwnedText text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return text.get();
}

}  // namespace invoicing::mail
