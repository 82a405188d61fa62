#include "sqlite/insert_rows.hpp"

namespace invoicing::sqlite {
namespace {

std::string repeated(std::string_view part, std::size_t times) {
  std::string text(part);
  for (std::size_t i = 1; i < times; ++i) text.append(",").append(part);
  return text;
}

}  // namespace

InsertRows::InsertRows(std::string_view head, std::size_t columns, std::string_view tail)
    : columns_(columns) {
  const std::string row = "(" + repeated("?", columns) + ")";
  for (std::size_t i = 0; i < kRowsAtOnce.size(); ++i) {
    statements_[i] = std::string(head) + " " + repeated(row, kRowsAtOnce[i]) + std::string(tail);
  }
}

void InsertRows::execute(Connection& writer, std::span<const Value> values) const {
  for (std::size_t i = 0; i < kRowsAtOnce.size(); ++i) {
    const std::size_t taken = kRowsAtOnce[i] * columns_;
    if (values.size() < taken) continue;
    auto& statement = writer.prepared(statements_[i]);
    for (; values.size() >= taken; values = values.subspan(taken)) {
      statement.query_values(values.first(taken)).next();
    }
  }
}

}  // namespace invoicing::sqlite
