#pragma once
// A mail taken apart again, by a parser that knows nothing of how it was made.

#include <map>
#include <string>
#include <vector>

namespace invoicing::mail {

struct ParsedPart {
  std::string type;  ///< "text/html"
  std::string path;  ///< types from the outside in: "multipart/mixed > text/csv"
  std::string disposition;
  std::string file_name;
  std::string content_id;
  std::string content;  ///< decoded
};

struct ParsedMail {
  std::vector<std::string> header_names;       ///< in order
  std::map<std::string, std::string> headers;  ///< decoded, the last of each name
  std::vector<ParsedPart> parts;               ///< leaves in order

  /// The leaf of this type; fails the test if there is not exactly one.
  const ParsedPart& part(const std::string& type) const;
};

ParsedMail parse_mail(const std::string& content);

}  // namespace invoicing::mail
