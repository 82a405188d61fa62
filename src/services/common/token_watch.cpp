#include "services/common/token_watch.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "ops/log.hpp"

namespace invoicing::services {

namespace {

// How soon a token that names a new key of the issuer is noticed.
constexpr std::chrono::milliseconds kGlance{500};

}  // namespace

TokenWatch::TokenWatch(Executor executor, const TokenOptions& options, std::uint64_t seed,
                       TokenWatchTimes times)
    : source_(options.keys),
      times_(times),
      verifier_(options.rules),
      wakeup_(executor),
      backoff_(times.failed, seed) {}

Task<void> TokenWatch::run() {
  while (!stopping_.stop_requested()) {
    co_await look();
    co_await pause();
  }
}

Task<void> TokenWatch::look() {
  const auto read = [this] { return source_.read(stopping_.get_token()); };
  auto text = co_await reader_.run(read);
  if (stopping_.stop_requested()) co_return;
  const auto used = text ? use(*text) : Result<void>(text.error());
  if (!used && failures_ == 0) {
    ops::log::warning("the issuer's keys cannot be read, will be tried again",
                      {{"reason", used.error().detail()}});
  } else if (used && failures_ > 0) {
    ops::log::info("the issuer's keys are read again");
  }
  failures_ = used ? 0 : failures_ + 1;
}

Result<void> TokenWatch::use(const std::string& text) {
  if (text == text_) return {};
  auto keys = jwt::KeySet::parse(text);
  if (!keys) {
    return Error(keys.error().code(), source_.location() + ": " + keys.error().detail());
  }
  ops::log::info("the issuer's keys are in force", {{"keys", std::to_string(keys->size())}});
  verifier_.use(std::make_shared<const jwt::KeySet>(*std::move(keys)));
  text_ = text;
  return {};
}

std::chrono::milliseconds TokenWatch::until_next_look() {
  if (failures_ > 0) return backoff_.after(failures_);
  return source_.is_url() ? times_.url : times_.file;
}

Task<void> TokenWatch::pause() {
  const auto begin = std::chrono::steady_clock::now();
  const auto longest = until_next_look();
  bool is_key_unknown = false;
  while (!stopping_.stop_requested()) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    is_key_unknown = verifier_.take_unknown_key() || is_key_unknown;
    // Not while the source is away: then only the back-off says when it is asked again.
    const bool is_early = is_key_unknown && failures_ == 0 && passed >= times_.unknown_key;
    if (passed >= longest || is_early) co_return;
    co_await wakeup_.wait(std::min(kGlance, longest - passed));
  }
}

void TokenWatch::stop() {
  stopping_.request_stop();
  wakeup_.wake();
}

std::optional<rest::Missing> TokenWatch::missing() const {
  if (verifier_.is_ready()) return std::nullopt;
  return rest::Missing{"tokens",
                       "The issuer's keys could not be read yet, so no token can be verified."};
}

Result<void> check_key_source(const TokenOptions& options) {
  const jwt::KeySource source(options.keys);
  if (source.is_url()) return {};
  const auto text = source.read({});
  if (!text) return text.error();
  const auto keys = jwt::KeySet::parse(*text);
  if (!keys) return Error(keys.error().code(), source.location() + ": " + keys.error().detail());
  return {};
}

}  // namespace invoicing::services
