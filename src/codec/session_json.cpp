#include "codec/session_json.hpp"

#include "codec/fault_list.hpp"
#include "codec/json_tree.hpp"
#include "codec/json_writer.hpp"
#include "codec/text_rules.hpp"

namespace invoicing::codec {

std::string write_session(const Principal& caller, const std::optional<Instant>& expires_at) {
  std::string out = R"({"by":)";
  append_json_string_or_null(out, caller.id);
  out += R"(,"name":)";
  append_json_string_or_null(out, caller.owner);
  out += R"(,"scopes":[)";
  bool first = true;
  for (const Scope scope : kAllScopes) {
    if (!caller.scopes.has(scope)) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, to_string(scope));
  }
  out += R"(],"expiresAt":)";
  append_json_optional_instant(out, expires_at);
  out += '}';
  return out;
}

Result<std::string> read_log_in_request(std::string_view body) {
  const auto root = thread_json_tree().read(body);
  if (!root) return root.error();
  FaultList faults;
  std::optional<std::string> key;
  for (const JsonValue& member : *root) {
    if (member.key() != "key") {
      faults.add("/" + escape_pointer_token(member.key()), "unknown_member",
                 "Leave this member out; send the key alone.");
    } else if (!member.is(JsonKind::string)) {
      faults.add("/key", "wrong_type", "Send a string.");
    } else {
      key = member.text();
    }
  }
  if (!root->find("key")) faults.add("/key", "required", "Add the API key, a string.");
  if (!faults.empty()) return faults.to_error();
  return *std::move(key);
}

}  // namespace invoicing::codec
