// Checks a template before the library sees it: the library names no line, and takes an unknown
// name for an empty text, which nobody would notice before the first mail.

#include <algorithm>
#include <vector>

#include "mail/mail_templates.hpp"
#include "mail/report_view.hpp"

namespace invoicing::mail {
namespace {

struct Tag {
  char sigil = ' ';  ///< one of # ^ / ! > = & {, or a blank for a variable
  std::string_view name;
  std::size_t line = 0;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string at(std::size_t line, const std::string& what) {
  return "line " + std::to_string(line) + ": " + what;
}

std::string in_braces(const Tag& tag) {
  return "{{" + (tag.sigil == ' ' ? std::string() : std::string(1, tag.sigil)) +
         std::string(tag.name.substr(0, 60)) + "}}";
}

/// Why this tag alone is wrong; empty if it is not.
std::string tag_fault(const Tag& tag) {
  switch (tag.sigil) {
    case '{':
    case '&':
      return at(tag.line, "unescaped tags ({{{x}}}, {{&x}}) are not allowed, write {{x}}.");
    case '>':
      return at(tag.line, "partials ({{>x}}) are not supported.");
    case '=':
      return at(tag.line, "other delimiters ({{=…=}}) are not supported.");
    case '!':
      return {};
    default:
      break;
  }
  const auto& names = view_names();
  if (std::find(names.begin(), names.end(), tag.name) != names.end()) return {};
  return at(tag.line, "the mail knows no name as in " + in_braces(tag) + ".");
}

/// Opens or closes a section. Returns the fault, if there is one.
std::string track_section(const Tag& tag, std::vector<Tag>& open) {
  if (tag.sigil == '#' || tag.sigil == '^') open.push_back(tag);
  if (tag.sigil != '/') return {};
  if (open.empty()) return at(tag.line, in_braces(tag) + " closes a section that is not open.");
  if (open.back().name != tag.name)
    return at(tag.line, in_braces(tag) + " stands where " + in_braces(open.back()) + " of line " +
                            std::to_string(open.back().line) + " must be closed first.");
  open.pop_back();
  return {};
}

}  // namespace

std::string template_fault(std::string_view source) {
  std::vector<Tag> open;
  std::size_t line = 1;
  std::size_t position = 0;
  while (true) {
    const std::size_t begin = source.find("{{", position);
    if (begin == std::string_view::npos) break;
    line += static_cast<std::size_t>(
        std::count(source.begin() + static_cast<std::ptrdiff_t>(position),
                   source.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
    const std::size_t end = source.find("}}", begin + 2);
    if (end == std::string_view::npos) return at(line, "the tag that starts here has no }}.");
    std::string_view content = trimmed(source.substr(begin + 2, end - begin - 2));
    Tag tag{' ', content, line};
    if (!content.empty() && std::string_view("#^/!>=&{").find(content[0]) != std::string_view::npos)
      tag = {content[0], trimmed(content.substr(1)), line};
    if (const std::string fault = tag_fault(tag); !fault.empty()) return fault;
    if (const std::string fault = track_section(tag, open); !fault.empty()) return fault;
    position = end + 2;
    line += static_cast<std::size_t>(
        std::count(source.begin() + static_cast<std::ptrdiff_t>(begin),
                   source.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
  }
  if (!open.empty())
    return at(open.back().line, "the section " + in_braces(open.back()) + " is never closed.");
  return {};
}

}  // namespace invoicing::mail
