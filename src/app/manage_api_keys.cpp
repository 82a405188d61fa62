#include "app/manage_api_keys.hpp"

#include <span>
#include <string_view>
#include <utility>

#include "codec/base64url.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing {

namespace {

// An id has some 40 bits: two of the same are rare, ten in a row are a defect.
constexpr int kTries = 10;

MadeKey make(const WantedKey& wanted, const KeyBytes& bytes, Instant now) {
  const auto all = std::span<const std::uint8_t, kKeyIdChars + kKeySecretBytes>(bytes);
  MadeKey made;
  made.key.id = make_key_id(all.first<kKeyIdChars>());
  std::string secret;
  for (const std::uint8_t byte : all.last<kKeySecretBytes>()) secret += static_cast<char>(byte);
  made.text = make_key_text(made.key.id, codec::to_base64url(secret));
  made.key.name = wanted.name;
  made.key.scopes = wanted.scopes;
  made.key.hash = sha256(made.text);
  made.key.created_at = now;
  if (wanted.lifetime) made.key.expires_at = now + *wanted.lifetime;
  return made;
}

}  // namespace

Task<Result<MadeKey>> ManageApiKeys::create(WantedKey wanted) {
  for (int i = 0; i < kTries; ++i) {
    MadeKey made = make(wanted, random_(), clock_.now());
    const auto added = co_await store_.add(made.key);
    if (!added) co_return added.error();
    if (*added) co_return made;
  }
  co_return Error(ErrorCode::internal_error, "no free id was found for the key; try again");
}

Task<Result<bool>> ManageApiKeys::revoke(std::string id) {
  auto revoked = co_await store_.revoke(id, clock_.now());
  co_return revoked;
}

}  // namespace invoicing
