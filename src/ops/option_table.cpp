#include "ops/option_table.hpp"

#include <algorithm>

#include "ops/bad_start.hpp"
#include "ops/in_quotes.hpp"
#include "ops/option_readers.hpp"

namespace invoicing::ops {
namespace {

constexpr std::uint8_t kService = static_cast<std::uint8_t>(Program::invoice_service);
constexpr std::uint8_t kGenerator = static_cast<std::uint8_t>(Program::report_generator);
constexpr std::uint8_t kSender = static_cast<std::uint8_t>(Program::email_sender);
constexpr std::uint8_t kStandalone = static_cast<std::uint8_t>(Program::standalone);
constexpr std::uint8_t kAll = kService | kGenerator | kSender | kStandalone;

template <typename T, typename Reader>
OptionStore into(T Settings::* member, Reader reader) {
  return [member, reader](const std::vector<std::string>& texts, OptionValues& values) {
    values.settings.*member = static_cast<T>(reader(texts.front()));
  };
}

template <typename Reader>
OptionStore into(std::string Secrets::* member, Reader reader) {
  return [member, reader](const std::vector<std::string>& texts, OptionValues& values) {
    values.secrets.*member = reader(texts.front());
  };
}

template <typename Reader>
OptionStore into_each(std::vector<std::string> Settings::* member, Reader reader) {
  return [member, reader](const std::vector<std::string>& texts, OptionValues& values) {
    auto& list = values.settings.*member;
    list.clear();
    for (const auto& text : texts) list.push_back(reader(text));
  };
}

OptionStore recipients(std::vector<std::string> Settings::* member) {
  return [member](const std::vector<std::string>& texts, OptionValues& values) {
    auto& list = values.settings.*member;
    list.clear();
    for (const auto& text : texts) {
      auto recipient = read::mail_address(text);
      // A second mail to the same address would count as a delivery that is already done.
      if (std::ranges::count(list, recipient) > 0) {
        throw BadValue("names " + in_quotes(text) + " twice; name each recipient once");
      }
      list.push_back(std::move(recipient));
    }
    if (list.empty()) throw BadValue("names nobody; write one mail address or several");
  };
}

template <typename T>
OptionStore one_of(std::string_view choices, T Settings::* member,
                   T (*reader)(const std::string&)) {
  return [choices, member, reader](const std::vector<std::string>& texts, OptionValues& values) {
    read::choice(texts.front(), choices);
    values.settings.*member = reader(texts.front());
  };
}

auto number_between(unsigned min, unsigned max) {
  return [min, max](const std::string& text) { return read::number(text, min, max); };
}

auto uri_with(std::initializer_list<std::string_view> schemes) {
  return [known = std::vector<std::string_view>(schemes)](const std::string& text) {
    return read::secret_uri(text, known);
  };
}

constexpr std::string_view kAuthModes = "auto|keys|jwt|both|off";
constexpr std::string_view kJwtAlgorithms = "RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512";
constexpr std::string_view kQueueTypes = "classic|quorum";
constexpr std::string_view kLogLevels = "trace|debug|info|warning|error";
constexpr std::string_view kLogFormats = "auto|text|json";

using enum OptionKind;

std::vector<Option> http_options() {
  return {
      {.name = "HTTP_ADDRESS",
       .kind = address,
       .programs = kService | kStandalone,
       .default_text = "127.0.0.1:3000",
       .help = "Where the REST API listens; port 0 takes any free port and prints it",
       .store = into(&Settings::http_address, read::address)},
      {.name = "HTTP_THREADS",
       .kind = number,
       .programs = kService | kStandalone,
       .default_text = "0",
       .help = "Threads that serve HTTP, at most 256; 0 is one per processor core",
       .store = into(&Settings::http_threads, number_between(0, 256))},
      {.name = "OPS_ADDRESS",
       .kind = address,
       .programs = kService | kGenerator | kSender,
       .defaults_of = {{Program::report_generator, "127.0.0.1:3002"},
                       {Program::email_sender, "127.0.0.1:3001"}},
       .help = "Where health and metrics are served; not set means HTTP_ADDRESS",
       .store = into(&Settings::ops_address, read::optional_address)},
      {.name = "PUBLIC_URL",
       .programs = kService | kSender | kStandalone,
       .help = "How the API is reached from outside, for links in mails and headers",
       .store = into(&Settings::public_url, read::web_url)},
      {.name = "UNIQUE_REFERENCE",
       .kind = boolean,
       .programs = kService | kStandalone,
       .default_text = "false",
       .help = "Refuse a second invoice with the same reference (409)",
       .store = into(&Settings::unique_reference, read::boolean)},
  };
}

/// Who may call, and how often.
std::vector<Option> caller_options() {
  return {
      {.name = "AUTH",
       .kind = choice,
       .programs = kService | kStandalone,
       .default_text = "auto",
       .choices = kAuthModes,
       .help =
           "Who may call the API: with keys, whoever shows an API key; jwt, a token of JWT_ISSUER; "
           "both, either; off, anybody; auto is off where only loopback is served, else keys, and "
           "both with a JWT_ISSUER",
       .store = one_of(kAuthModes, &Settings::auth, read::auth_mode)},
      {.name = "ALLOW_OPEN",
       .kind = boolean,
       .programs = kService | kStandalone,
       .default_text = "false",
       .help =
           "Let AUTH=off serve other addresses than loopback, so that anyone may read and write",
       .store = into(&Settings::allow_open, read::boolean)},
      {.name = "API_KEYS_FILE",
       .kind = path,
       .programs = kService | kStandalone,
       .help =
           "File that holds the API keys, read again when it changes; not set keeps them in the "
           "store",
       .store = into(&Settings::api_keys_file, read::optional_path)},
      {.name = "TRUSTED_PROXIES",
       .kind = list,
       .programs = kService | kStandalone,
       .help = "IP addresses or networks whose X-Forwarded-For counts",
       .store = into_each(&Settings::trusted_proxies, read::proxy)},
      {.name = "RATE_LIMIT_PER_KEY",
       .kind = number,
       .programs = kService | kStandalone,
       .default_text = "0",
       .help =
           "Requests per second that an API key may send, at most 1000000, ten seconds' worth at "
           "once; 0 is any number",
       .store = into(&Settings::rate_limit_per_key, number_between(0, 1'000'000))},
      {.name = "RATE_LIMIT_PER_ADDRESS",
       .kind = number,
       .programs = kService | kStandalone,
       .default_text = "0",
       .help = "The same for a client's address, of IPv6 for a /64, whatever key it shows",
       .store = into(&Settings::rate_limit_per_address, number_between(0, 1'000'000))},
      {.name = "SESSION_HOURS",
       .kind = number,
       .programs = kService | kStandalone,
       .default_text = "12",
       .help = "How long someone who logs in on the page with an API key stays so, 1 to 720 hours",
       .store = into(&Settings::session_hours, number_between(1, 720))},
  };
}

std::vector<Option> tls_options() {
  constexpr std::uint8_t kServers = kService | kStandalone;
  return {
      {.name = "TLS_CERT_FILE",
       .kind = path,
       .programs = kServers,
       .help = "Certificate (PEM) of HTTP_ADDRESS, with its chain behind it, read again when it "
               "changes; not set is plain HTTP",
       .store = into(&Settings::tls_cert_file, read::optional_path)},
      {.name = "TLS_KEY_FILE",
       .kind = path,
       .programs = kServers,
       .help = "Key (PEM, without a password) of that certificate, read again with it",
       .store = into(&Settings::tls_key_file, read::optional_path)},
      {.name = "TLS_CLIENT_CA_FILE",
       .kind = path,
       .programs = kServers,
       .help = "Certificates (PEM) of authorities: every client has to show a certificate that one "
               "of them has signed; not set asks for none",
       .store = into(&Settings::tls_client_ca_file, read::optional_path)},
  };
}

std::vector<Option> token_options() {
  constexpr std::uint8_t kServers = kService | kStandalone;
  return {
      {.name = "JWT_ISSUER",
       .programs = kServers,
       .help = "Who signs the tokens: what their iss claim says, to the letter",
       .store = into(&Settings::jwt_issuer, read::one_line)},
      {.name = "JWT_AUDIENCE",
       .programs = kServers,
       .help = "Whom the tokens are for: what their aud claim says or holds",
       .store = into(&Settings::jwt_audience, read::one_line)},
      {.name = "JWT_KEYS",
       .programs = kServers,
       .help = "Key set (JWKS) of the issuer: a file, or a URL that begins with https://",
       .store = into(&Settings::jwt_keys, read::path_or_https_url)},
      {.name = "JWT_CA_FILE",
       .kind = path,
       .programs = kServers,
       .help = "Certificates (PEM) to trust instead of the system's when JWT_KEYS is a URL",
       .store = into(&Settings::jwt_ca_file, read::readable_file)},
      {.name = "JWT_ALGORITHMS",
       .kind = list,
       .programs = kServers,
       .default_text = "RS256,PS256,ES256",
       .help = "Signatures that count, out of RS, PS and ES with 256, 384 or 512",
       .store =
           into_each(&Settings::jwt_algorithms,
                     [](const std::string& text) { return read::choice(text, kJwtAlgorithms); })},
      {.name = "JWT_SCOPE_CLAIM",
       .programs = kServers,
       .default_text = "scope",
       .help = "Claim that holds the scopes: words with blanks between them, or an array",
       .store = into(&Settings::jwt_scope_claim, read::one_line)},
  };
}

std::vector<Option> storage_options() {
  return {
      {.name = "DATA_DIR",
       .kind = path,
       .programs = kSender | kStandalone,
       .default_text = "./data",
       .help = "Folder of the database and of the mails, made if it does not exist",
       .store = into(&Settings::data_dir, read::path)},
      {.name = "MONGO_URI",
       .programs = kService | kGenerator | kSender,
       .default_text = "mongodb://localhost:27017/invoice",
       .defaults_of = {{Program::email_sender, ""}},
       .secret = true,
       .help = "The MongoDB database",
       .store = into(&Secrets::mongo_uri, uri_with({"mongodb", "mongodb+srv"}))},
      {.name = "RABBITMQ_URI",
       .programs = kGenerator | kSender,
       .default_text = "amqp://localhost:5672",
       .secret = true,
       .help = "The RabbitMQ broker",
       .store = into(&Secrets::rabbitmq_uri, uri_with({"amqp", "amqps"}))},
      {.name = "REPORT_QUEUE",
       .programs = kGenerator | kSender,
       .default_text = "daily_sales_report",
       .help = "Queue between generator and sender",
       .store = into(&Settings::report_queue, read::queue_name)},
      {.name = "REPORT_QUEUE_TYPE",
       .kind = choice,
       .programs = kGenerator | kSender,
       .default_text = "classic",
       .choices = kQueueTypes,
       .help = "quorum replicates the queues within a cluster of RabbitMQ; NestJS programs on them "
               "must then declare alike",
       .store = one_of(kQueueTypes, &Settings::report_queue_type, read::queue_type)},
      {.name = "CLOCK_TOLERANCE",
       .kind = seconds,
       .programs = kService | kGenerator,
       .default_text = "60",
       .help = "How far the clock may be from the database's, 1 to 3600 seconds",
       .store = into(&Settings::clock_tolerance, number_between(1, 3600))},
  };
}

std::vector<Option> business_options() {
  return {
      {.name = "TIME_ZONE",
       .programs = kAll,
       .default_text = "UTC",
       .help = "IANA zone of the business day, such as Europe/Berlin",
       .store = into(&Settings::time_zone, read::zone_name)},
      {.name = "CUT_OFF",
       .programs = kAll,
       .default_text = "12:00",
       .help = "Time of day at which a business day ends, HH:MM",
       .store = into(&Settings::cut_off, read::time_of_day)},
      {.name = "CURRENCY",
       .programs = kAll,
       .default_text = "USD",
       .help = "Currency of an invoice that names none",
       .store = into(&Settings::currency, read::currency_code)},
  };
}

std::vector<Option> mail_options() {
  constexpr std::uint8_t kMailers = kSender | kStandalone;
  return {
      {.name = "MAIL_FROM",
       .programs = kMailers,
       .default_text = "sales@localhost",
       .help = "Sender of the report mail",
       .store = into(&Settings::mail_from, read::mail_address)},
      {.name = "MAIL_TO",
       .kind = list,
       .programs = kMailers,
       .default_text = "sales@localhost",
       .help = "Recipients of the report mail",
       .store = recipients(&Settings::mail_to)},
      {.name = "MAIL_RETRY_HOURS",
       .kind = number,
       .programs = kMailers,
       .default_text = "24",
       .help =
           "How long a mail that the mail server puts off is tried again, 1 to 8760 hours; then "
           "it is parked among the dead letters",
       .store = into(&Settings::mail_retry_hours, number_between(1, 8760))},
      {.name = "MAIL_TEMPLATES",
       .kind = path,
       .programs = kMailers,
       .help = "Folder with templates that replace the built-in ones",
       .store = into(&Settings::mail_templates, read::existing_folder)},
      {.name = "SMTP_URI",
       .programs = kMailers,
       .secret = true,
       .help = "Mail server, smtp:// or smtps://; not set writes each mail to DATA_DIR/mail",
       .store = into(&Secrets::smtp_uri, uri_with({"smtp", "smtps"}))},
      {.name = "SMTP_PASSWORD",
       .programs = kMailers,
       .secret = true,
       .help = "Password for the mail server",
       .store = into(&Secrets::smtp_password, read::secret_text)},
      {.name = "SMTP_CA_FILE",
       .kind = path,
       .programs = kMailers,
       .help = "Certificates (PEM) to trust instead of the system's",
       .store = into(&Settings::smtp_ca_file, read::readable_file)},
  };
}

std::vector<Option> log_options() {
  return {
      {.name = "LOG_LEVEL",
       .kind = choice,
       .programs = kAll,
       .default_text = "info",
       .choices = kLogLevels,
       .help = "Least severity that is logged",
       .store = one_of(kLogLevels, &Settings::log_level, read::log_level)},
      {.name = "LOG_FORMAT",
       .kind = choice,
       .programs = kAll,
       .default_text = "auto",
       .choices = kLogFormats,
       .help = "auto is text on a terminal and json elsewhere",
       .store = one_of(kLogFormats, &Settings::log_format, read::log_format)},
  };
}

std::vector<Option> whole_table() {
  std::vector<Option> table;
  for (auto group : {http_options(), caller_options(), tls_options(), token_options(),
                     storage_options(), business_options(), mail_options(), log_options()}) {
    std::ranges::move(group, std::back_inserter(table));
  }
  return table;
}

}  // namespace

std::string_view to_string(Program program) {
  switch (program) {
    case Program::invoice_service:
      return "invoice-service";
    case Program::report_generator:
      return "report-generator";
    case Program::email_sender:
      return "email-sender";
    case Program::standalone:
      return "invoice-standalone";
  }
  return "unknown";
}

std::string_view Option::default_for(Program program) const {
  for (const auto& other : defaults_of) {
    if (other.program == program) return other.text;
  }
  return default_text;
}

std::string Option::flag() const {
  return flag_of(name);
}
std::string Option::file_key() const {
  return file_key_of(name);
}

std::span<const Option> option_table() {
  static const std::vector<Option> table = whole_table();
  return table;
}

const Option* find_option(std::string_view name) {
  const auto table = option_table();
  const auto found = std::ranges::find(table, name, &Option::name);
  return found == table.end() ? nullptr : &*found;
}

std::string flag_of(std::string_view name) {
  auto flag = "--" + file_key_of(name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string file_key_of(std::string_view name) {
  std::string key(name);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

std::string name_of(std::string_view flag_or_key) {
  if (flag_or_key.starts_with("--")) flag_or_key.remove_prefix(2);
  std::string name(flag_or_key);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '-') c = '_';
  }
  return name;
}

}  // namespace invoicing::ops
