#include "codec/dead_letter_json.hpp"

#include "codec/json_writer.hpp"

namespace invoicing::codec {

void append_dead_letter(std::string& out, const DeadLetterView& letter) {
  out += R"({"messageId":)";
  append_json_string(out, letter.message_id);
  out += R"(,"businessDay":)";
  append_json_optional_day(out, letter.business_day);
  out += R"(,"since":)";
  append_json_instant(out, letter.since);
  out += R"(,"attempts":)";
  append_json_integer(out, letter.attempts);
  out += R"(,"reason":)";
  append_json_string(out, letter.reason);
  out += '}';
}

}  // namespace invoicing::codec
