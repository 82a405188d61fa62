#pragma once
// What a template sees: names with a text, a yes or no, or a list of further views.

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace invoicing::mail {

/// A value type. Texts are as they shall be read; escaping is the template's business.
class View {
 public:
  using List = std::vector<View>;
  using Value = std::variant<bool, std::string, List>;

  View& set(std::string name, Value value) {
    values_.insert_or_assign(std::move(name), std::move(value));
    return *this;
  }
  const std::map<std::string, Value>& values() const { return values_; }

 private:
  std::map<std::string, Value> values_;
};

}  // namespace invoicing::mail
