#include "domain/scope.hpp"

namespace invoicing {

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::invoices_read:
      return "invoices:read";
    case Scope::invoices_write:
      return "invoices:write";
    case Scope::reports_read:
      return "reports:read";
    case Scope::reports_manage:
      return "reports:manage";
    case Scope::metrics_read:
      return "metrics:read";
  }
  return {};
}

std::optional<Scope> scope_of(std::string_view name) {
  for (const Scope scope : kAllScopes) {
    if (to_string(scope) == name) return scope;
  }
  return std::nullopt;
}

Scopes Scopes::all() {
  Scopes scopes;
  for (const Scope scope : kAllScopes) scopes.add(scope);
  return scopes;
}

std::optional<Scopes> Scopes::parse(std::string_view text, std::string_view separators) {
  Scopes scopes;
  for (;;) {
    const auto end = text.find_first_of(separators);
    const auto scope = scope_of(text.substr(0, end));
    if (!scope || scopes.has(*scope)) return std::nullopt;
    scopes.add(*scope);
    if (end == std::string_view::npos) return scopes;
    text.remove_prefix(end + 1);
  }
}

std::string Scopes::to_text() const {
  std::string text;
  for (const Scope scope : kAllScopes) {
    if (!has(scope)) continue;
    if (!text.empty()) text += ',';
    text += to_string(scope);
  }
  return text;
}

}  // namespace invoicing
