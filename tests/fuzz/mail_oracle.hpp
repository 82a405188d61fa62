#pragma once
// Cheap rules that every mail and page of ours keeps, read by somebody who knows no renderer.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

/// RFC 5322 section 2.1: 7 bit, lines of at most 998 bytes that end in CRLF, and our eight headers
/// once each.
inline void check_mail_bytes(std::string_view mail) {
  std::multiset<std::string, std::less<>> names;
  bool in_head = true;
  while (!mail.empty()) {
    const auto end = mail.find('\n');
    require(end != std::string_view::npos && end > 0 && mail[end - 1] == '\r', "CRLF line ends");
    const std::string_view line = mail.substr(0, end - 1);
    require(line.size() <= 998, "lines in range");
    for (const char c : line) require(c == '\t' || (c >= ' ' && c < 0x7f), "printable 7 bit");
    if (line.empty()) in_head = false;
    if (in_head && line.front() != ' ' && line.front() != '\t') {
      names.emplace(line.substr(0, line.find(':')));
    }
    mail.remove_prefix(end + 1);
  }
  names.erase("Content-Type");
  require(names == std::multiset<std::string, std::less<>>{"Auto-Submitted", "Date", "From",
                                                           "MIME-Version", "Message-Id", "Subject",
                                                           "To", "X-Business-Day"},
          "the headers of a report's mail and no other");
}

/// HTML as the templates write it: known elements that close in order, attributes in double quotes,
/// every '&' the begin of an entity. Nothing that was text can have become an element then.
class HtmlOracle {
 public:
  static void check(std::string_view html) { HtmlOracle(html).walk(); }

 private:
  explicit HtmlOracle(std::string_view html) : html_(html) {}

  void walk() {
    take("<!DOCTYPE html>");
    while (!html_.empty()) {
      if (html_.front() == '<') {
        walk_tag();
      } else if (html_.front() == '&') {
        walk_entity();
      } else {
        require(html_.front() != '>' && html_.front() != '\0', "text that is escaped");
        html_.remove_prefix(1);
      }
    }
    require(open_.empty(), "elements that are closed");
  }

  void walk_tag() {
    take("<");
    const bool closes = html_.starts_with('/');
    if (closes) html_.remove_prefix(1);
    const auto length = html_.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789");
    const std::string name(html_.substr(0, length));
    require(is_known(name), "an element that the templates have");
    html_.remove_prefix(name.size());
    if (closes) {
      require(!open_.empty() && open_.back() == name, "an end of what was begun last");
      open_.pop_back();
    } else {
      while (html_.starts_with(' ')) walk_attribute(name);
      if (name != "br" && name != "img" && name != "meta") open_.push_back(name);
    }
    take(">");
    // Style sheets hold '>' and no outside text.
    if (!closes && name == "style") html_.remove_prefix(std::min(html_.find("</"), html_.size()));
  }

  void walk_attribute(const std::string& element) {
    take(" ");
    const auto length = html_.find('=');
    require(length < 20, "an attribute with a value");
    const std::string_view name = html_.substr(0, length);
    require(!name.starts_with("on"), "no script in an attribute");
    html_.remove_prefix(length);
    take("=\"");
    if (name == "href") require(html_.starts_with("https://shop.example/"), "our own links");
    if (name == "src") {
      require(element == "img" &&
                  (html_.starts_with("cid:chart.") || html_.starts_with("data:image/png;base64,")),
              "our own picture");
    }
    while (!html_.starts_with('"')) {
      require(!html_.empty() && html_.front() != '<' && html_.front() != '>',
              "an attribute that is escaped");
      html_.front() == '&' ? walk_entity() : html_.remove_prefix(1);
    }
    take("\"");
  }

  void walk_entity() {
    const std::string_view entity = html_.substr(0, std::min(html_.find(';'), html_.size()));
    require(entity == "&amp" || entity == "&lt" || entity == "&gt" || entity == "&quot" ||
                entity == "&#39" || entity == "&#x27" || entity == "&nbsp",
            "an entity");
    html_.remove_prefix(entity.size() + 1);
  }

  void take(std::string_view expected) {
    require(html_.starts_with(expected), "markup as the templates write it");
    html_.remove_prefix(expected.size());
  }

  static bool is_known(const std::string& name) {
    static const std::set<std::string> kNames{
        "a",    "bdi",  "body",   "br",    "div",   "h1", "h2", "head",  "html", "img",
        "meta", "span", "strong", "style", "table", "td", "th", "title", "tr"};
    return kNames.contains(name);
  }

  std::string_view html_;
  std::vector<std::string> open_;
};

}  // namespace invoicing::fuzz
