#include "mongo/server_uri.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace invoicing::mongo {
namespace {

constexpr std::int32_t kSocketTimeoutMs = 6000;
constexpr std::int32_t kServerSelectionTimeoutMs = 3000;
constexpr std::int32_t kConnectTimeoutMs = 2000;
constexpr std::int32_t kWaitQueueTimeoutMs = 2000;
constexpr std::string_view kDefaultDatabase = "invoice";

Error bad_uri(std::string sentence) {
  return Error(ErrorCode::validation_failed, std::move(sentence));
}

bool is_database_name(std::string_view name) {
  // What every server takes on every system.
  return !name.empty() && name.size() < 64 &&
         name.find_first_of(std::string_view("/\\. \"$*<>:|?\0", 13)) == std::string_view::npos;
}

/// The driver takes what follows the first @ for hosts, even where it is the rest of a password.
bool has_odd_host(const mongoc_uri_t* uri) {
  for (auto host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
    if (std::string_view(host->host).find('@') != std::string_view::npos) return true;
  }
  return false;
}

void set_unless_given(mongoc_uri_t* uri, const char* option, std::int32_t value) {
  if (!mongoc_uri_has_option(uri, option)) mongoc_uri_set_option_as_int32(uri, option, value);
}

/// A sentence when the file of this option cannot be read: the driver would only say that no server
/// suits.
std::string unreadable_file(const mongoc_uri_t* uri, const char* option) {
  const char* const file = mongoc_uri_get_option_as_utf8(uri, option, nullptr);
  if (file == nullptr) return {};
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored) && std::ifstream(file).good()) return {};
  return fmt::format("the file that {} of MONGO_URI names cannot be read: {}", option, file);
}

/// The option that gives up what TLS is for, if there is one.
const char* unsafe_option(const mongoc_uri_t* uri) {
  for (const char* option : {MONGOC_URI_TLSINSECURE, MONGOC_URI_TLSALLOWINVALIDCERTIFICATES,
                             MONGOC_URI_TLSALLOWINVALIDHOSTNAMES}) {
    if (mongoc_uri_get_option_as_bool(uri, option, false)) return option;
  }
  return nullptr;
}

std::string describe(const mongoc_uri_t* uri, const std::string& database) {
  std::string hosts;
  if (const char* const service = mongoc_uri_get_srv_hostname(uri)) hosts = service;
  for (auto host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
    if (!hosts.empty()) hosts += ',';
    hosts += host->host_and_port;
  }
  const char* const user = mongoc_uri_get_username(uri);
  const bool is_service = mongoc_uri_get_srv_hostname(uri) != nullptr;
  return fmt::format("mongodb{}://{}{}/{}", is_service ? "+srv" : "",
                     user == nullptr ? "" : std::string(user) + ":***@", hosts, database);
}

void replace_all(std::string& text, const std::string& what, std::string_view with) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Result<ServerUri> ServerUri::parse(const std::string& text, const std::string& application) {
  bson_error_t ignored{};
  // The driver's words may hold what it took for a host, which a password with an @ in it is.
  Handle uri(mongoc_uri_new_with_error(text.c_str(), &ignored));
  if (!uri || has_odd_host(uri.get())) {
    return bad_uri(
        "MONGO_URI cannot be read; it has the form "
        "mongodb://[user:password@]host[:port][/database][?options], where special characters in "
        "user and password are percent-encoded");
  }
  const char* const named = mongoc_uri_get_database(uri.get());
  const std::string database(named != nullptr && *named != '\0' ? named : kDefaultDatabase);
  if (!is_database_name(database)) {
    return bad_uri(fmt::format("\"{}\" in MONGO_URI cannot be the name of a database", database));
  }
  for (const char* option : {MONGOC_URI_TLSCAFILE, MONGOC_URI_TLSCERTIFICATEKEYFILE}) {
    auto fault = unreadable_file(uri.get(), option);
    if (!fault.empty()) return bad_uri(std::move(fault));
  }
  if (const char* const option = unsafe_option(uri.get())) {
    return bad_uri(fmt::format(
        "{} in MONGO_URI would take any server for ours; name the authority that has signed its "
        "certificate with tlsCAFile instead",
        option));
  }
  set_unless_given(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, kSocketTimeoutMs);
  set_unless_given(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kServerSelectionTimeoutMs);
  set_unless_given(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, kConnectTimeoutMs);
  set_unless_given(uri.get(), MONGOC_URI_WAITQUEUETIMEOUTMS, kWaitQueueTimeoutMs);
  if (mongoc_uri_get_appname(uri.get()) == nullptr) {
    mongoc_uri_set_appname(uri.get(), application.c_str());
  }
  ServerUri parsed(std::move(uri));
  parsed.database_ = database;
  parsed.address_ = describe(parsed.uri_.get(), database);
  return parsed;
}

std::size_t ServerUri::connections(std::size_t otherwise) const {
  const auto given = mongoc_uri_get_option_as_int32(uri_.get(), MONGOC_URI_MAXPOOLSIZE,
                                                    static_cast<std::int32_t>(otherwise));
  return given < 1 ? otherwise : static_cast<std::size_t>(given);
}

std::string ServerUri::without_password(std::string text) const {
  const char* const password = mongoc_uri_get_password(uri_.get());
  if (password != nullptr) replace_all(text, password, "***");
  return text;
}

ServerUri::Handle ServerUri::for_pool(std::size_t connections,
                                      std::int32_t socket_timeout_ms) const {
  Handle uri(mongoc_uri_copy(uri_.get()));
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_MAXPOOLSIZE,
                                 static_cast<std::int32_t>(connections));
  if (socket_timeout_ms != 0) {
    mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, socket_timeout_ms);
  }
  return uri;
}

}  // namespace invoicing::mongo
