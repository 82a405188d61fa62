#pragma once
// Many rows for one table in few statements.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// An INSERT of any number of rows. To start and end a statement costs about what it does for a
/// row, so it takes sixteen rows at once, or four, as long as there are so many. Within a statement
/// SQLite also goes on from where the last row went: rows in the order of their keys cost least.
class InsertRows {
 public:
  /// `head`: "INSERT INTO table VALUES"; `tail`: what follows the rows, as " ON CONFLICT …" with
  /// `excluded` for a row's values; both without parameters. `columns`: values of a row, 1 to 16.
  InsertRows(std::string_view head, std::size_t columns, std::string_view tail);

  /// `values`: those of one row after the other. In the open transaction of `writer`; when it
  /// throws SqlError, some of the rows are written.
  void execute(Connection& writer, std::span<const Value> values) const;

 private:
  static constexpr std::array<std::size_t, 3> kRowsAtOnce = {16, 4, 1};

  std::size_t columns_;
  std::array<std::string, kRowsAtOnce.size()> statements_;
};

}  // namespace invoicing::sqlite
