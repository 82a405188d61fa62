#pragma once
// What a caller may do.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace invoicing {

enum class Scope : std::uint8_t {
  invoices_read = 1,
  invoices_write = 2,
  reports_read = 4,
  reports_manage = 8,
  metrics_read = 16,
};

inline constexpr std::array<Scope, 5> kAllScopes = {Scope::invoices_read, Scope::invoices_write,
                                                    Scope::reports_read, Scope::reports_manage,
                                                    Scope::metrics_read};

/// "invoices:read", "reports:manage", …
std::string_view to_string(Scope scope);

/// Any of them, or none.
class Scopes {
 public:
  constexpr Scopes() = default;
  static Scopes all();
  /// The names of to_string() with one of `separators` between two. Nothing where a word is no
  /// scope, stands twice, or there is none at all.
  static std::optional<Scopes> parse(std::string_view text, std::string_view separators = ",");

  constexpr void add(Scope scope) { bits_ |= static_cast<std::uint8_t>(scope); }
  constexpr bool has(Scope scope) const { return (bits_ & static_cast<std::uint8_t>(scope)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  /// In the order of the enum, a comma between two.
  std::string to_text() const;

  friend bool operator==(const Scopes&, const Scopes&) = default;

 private:
  std::uint8_t bits_ = 0;
};

/// The scope of this name.
std::optional<Scope> scope_of(std::string_view name);

}  // namespace invoicing
