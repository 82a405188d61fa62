#include "app/dead_letters.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace invoicing {

namespace {

std::optional<Day> day_of(std::string_view message_id, const std::vector<ReportHead>& heads) {
  const std::string_view report_id = message_id.substr(0, message_id.find('.'));
  const auto head = std::ranges::find(heads, report_id, &ReportHead::report_id);
  return head == heads.end() ? std::nullopt : std::optional(head->business_day);
}

DeadLetter to_letter(const DeadMessage& dead, const std::vector<ReportHead>& heads) {
  return {.message_id = dead.message.message_id,
          .business_day = day_of(dead.message.message_id, heads),
          .since = dead.since,
          .attempts = dead.attempts,
          .reason = dead.reason};
}

Error not_found(const std::string& message_id) {
  return Error(ErrorCode::dead_letter_not_found,
               "no dead letter has the id " + message_id + "; GET /dead-letters lists them");
}

}  // namespace

Task<Result<std::vector<DeadLetter>>> DeadLetters::list(std::size_t limit) {
  const auto dead = co_await queue_.list_dead(limit);
  if (!dead) co_return dead.error();
  std::vector<DeadLetter> letters;
  if (dead->empty()) co_return letters;
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return heads.error();
  for (const DeadMessage& message : *dead) letters.push_back(to_letter(message, *heads));
  co_return letters;
}

Task<Result<DeadLetter>> DeadLetters::find(const std::string& message_id) {
  const auto dead = co_await queue_.find_dead(message_id);
  if (!dead) co_return dead.error();
  if (!*dead) co_return not_found(message_id);
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return heads.error();
  co_return to_letter(**dead, *heads);
}

Task<Result<DeadLetter>> DeadLetters::requeue(const std::string& message_id,
                                              const Trace& asked_by) {
  auto letter = co_await find(message_id);
  if (!letter) co_return letter;
  const auto reopened = co_await ledger_.reopen_refused(message_id);
  if (!reopened) co_return reopened.error();
  const auto requeued = co_await queue_.requeue_dead(message_id, asked_by);
  if (!requeued) co_return requeued.error();
  if (!*requeued) co_return not_found(message_id);
  co_return letter;
}

Task<Result<DeadLetter>> DeadLetters::drop(const std::string& message_id) {
  auto letter = co_await find(message_id);
  if (!letter) co_return letter;
  // The ledger first: cut short in between, the letter is still there to be dropped again.
  const auto settled = co_await ledger_.drop_refused(message_id);
  if (!settled) co_return settled.error();
  const auto dropped = co_await queue_.drop_dead(message_id);
  if (!dropped) co_return dropped.error();
  if (!*dropped) co_return not_found(message_id);
  co_return letter;
}

}  // namespace invoicing
