#pragma once
// Arguments of the bench programs: --name value, and switches without a value.

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace invoicing::bench {

class Arguments {
 public:
  /// A name without a value, or followed by another name, is a switch.
  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string name = argv[i];
      const bool has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
      values_[name] = has_value ? argv[++i] : "";
    }
  }

  bool has(const std::string& name) const { return values_.contains(name); }

  std::string text(const std::string& name, const std::string& otherwise = "") const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }

  double number(const std::string& name, double otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : std::strtod(found->second.c_str(), nullptr);
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace invoicing::bench
