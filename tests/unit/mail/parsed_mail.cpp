#pragma GCC diagnostic ignored "-Wold-style-cast"

#include "tests/unit/mail/parsed_mail.hpp"

#include <memory>
#include <stdexcept>

#include <gmime/gmime.h>

namespace invoicing::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

std::string text_or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

std::string type_of(GMimeObject* object) {
  auto* type = g_mime_object_get_content_type(object);
  return std::string(g_mime_content_type_get_media_type(type)) + '/' +
         g_mime_content_type_get_media_subtype(type);
}

std::string decoded(GMimePart* part) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

void collect(GMimeObject* object, const std::string& outside, std::vector<ParsedPart>& parts) {
  const std::string path = outside.empty() ? type_of(object) : outside + " > " + type_of(object);
  if (GMIME_IS_MULTIPART(object)) {
    auto* multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
      collect(g_mime_multipart_get_part(multipart, i), path, parts);
    return;
  }
  parts.push_back({type_of(object), path, text_or_empty(g_mime_object_get_disposition(object)),
                   text_or_empty(g_mime_part_get_filename(GMIME_PART(object))),
                   text_or_empty(g_mime_object_get_content_id(object)),
                   decoded(GMIME_PART(object))});
}

}  // namespace

const ParsedPart& ParsedMail::part(const std::string& type) const {
  const ParsedPart* found = nullptr;
  for (const ParsedPart& candidate : parts)
    if (candidate.type == type)
      found = found == nullptr ? &candidate : throw std::logic_error("two " + type);
  return found == nullptr ? throw std::logic_error("no " + type) : *found;
}

ParsedMail parse_mail(const std::string& content) {
  g_mime_init();
  const Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(content.data(), content.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) throw std::logic_error("no mail");
  ParsedMail mail;
  auto* headers = g_mime_object_get_header_list(GMIME_OBJECT(message.get()));
  for (int i = 0; i < g_mime_header_list_get_count(headers); ++i) {
    auto* header = g_mime_header_list_get_header_at(headers, i);
    mail.header_names.emplace_back(g_mime_header_get_name(header));
    mail.headers[mail.header_names.back()] = text_or_empty(g_mime_header_get_value(header));
  }
  collect(g_mime_message_get_mime_part(message.get()), "", mail.parts);
  return mail;
}

}  // namespace invoicing::mail
