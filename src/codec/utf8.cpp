#include "codec/utf8.hpp"

#include <simdjson.h>

namespace invoicing::codec {

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace invoicing::codec
