#include "rabbitmq/options.hpp"

#include <charconv>
#include <optional>

namespace invoicing::rabbitmq {
namespace {

constexpr const char* kForm =
    "write amqp://user:password@host:port/vhost or amqps://…, with @ : / ? # % in user, password "
    "and vhost percent-encoded";

Error fault(const std::string& what) {
  return Error(ErrorCode::validation_failed, "RABBITMQ_URI: " + what + '.');
}

/// Undoes %XX. Nothing for an incomplete one, and for a control character.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      const auto hex = text.substr(i + 1, 2);
      const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
      if (hex.size() != 2 || error != std::errc() || end != hex.data() + 2) return std::nullopt;
      i += 2;
    }
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

/// The whole of `text` as a number from 1 to `most`.
std::optional<int> number_up_to(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < 1 || number > most) return std::nullopt;
  return number;
}

/// Cuts `text` at the first `mark`: the part before stays, the part behind it is returned.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

Result<void> read_credentials(std::string_view text, RabbitServer& server) {
  std::string_view user = text;
  const auto password = cut(user, ':');
  const auto decoded_user = percent_decoded(user);
  const auto decoded_password = percent_decoded(password.value_or(""));
  if (!decoded_user || !decoded_password) {
    return fault("user and password must be correctly percent-encoded");
  }
  if (decoded_user->empty() || decoded_password->empty()) {
    return fault("user and password go together; write user:password@host");
  }
  server.user = *decoded_user;
  server.password = *decoded_password;
  return {};
}

Result<void> read_address(std::string_view text, RabbitServer& server) {
  std::string_view rest = text;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return fault("the ] of the IPv6 address is missing");
    server.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return fault("only a port may follow the ]");
    if (!rest.empty()) rest.remove_prefix(1);
    if (rest.empty() && text.back() == ':') return fault("the port is missing behind the colon");
  } else {
    const auto port = cut(text, ':');
    server.host = text;
    if (port && port->empty()) return fault("the port is missing behind the colon");
    rest = port.value_or("");
  }
  if (server.host.empty() || server.host.find_first_of(" \t%,") != std::string::npos) {
    return fault(std::string("the host is missing or not one; ") + kForm);
  }
  if (rest.empty()) return {};
  const auto port = number_up_to(rest, 65535);
  if (!port) return fault("the port must be a number from 1 to 65535");
  server.port = static_cast<std::uint16_t>(*port);
  return {};
}

Result<void> read_parameter(std::string_view text, RabbitServer& server) {
  std::string_view name = text;
  const auto value = cut(name, '=');
  if (name == "heartbeat" && value) {
    const auto seconds = number_up_to(*value, 300);
    if (!seconds) return fault("heartbeat must be a number of seconds from 1 to 300");
    server.heartbeat = std::chrono::seconds{*seconds};
    return {};
  }
  if (name == "cacertfile" && value) {
    if (!server.tls) return fault("cacertfile goes with amqps:// only");
    const auto path = percent_decoded(*value);
    if (!path || path->empty()) return fault("cacertfile must be a percent-encoded path");
    server.ca_file = *path;
    return {};
  }
  return fault("the only parameters are heartbeat and cacertfile");
}

}  // namespace

std::string RabbitServer::shown_uri() const {
  const bool bracketed = host.find(':') != std::string::npos;
  std::string uri = tls ? "amqps://" : "amqp://";
  uri += bracketed ? '[' + host + ']' : host;
  uri += ':' + std::to_string(port);
  if (virtual_host != "/") uri += '/' + virtual_host;
  return uri;
}

Result<RabbitServer> parse_rabbit_uri(std::string_view uri) {
  RabbitServer server;
  server.tls = uri.starts_with("amqps://");
  if (!server.tls && !uri.starts_with("amqp://")) {
    return fault(std::string("it must start with amqp:// or amqps://; ") + kForm);
  }
  if (server.tls) server.port = 5671;
  std::string_view rest = uri.substr(uri.find("//") + 2);
  if (rest.find('#') != std::string_view::npos) {
    return fault("it holds a #; in a password write %23");
  }
  const auto query = cut(rest, '?');
  const auto virtual_host = cut(rest, '/');
  if (const auto address = cut(rest, '@')) {
    if (address->find('@') != std::string_view::npos) {
      return fault("it holds a second @; in a password write %40");
    }
    if (const auto read = read_credentials(rest, server); !read) return read.error();
    rest = *address;
  }
  if (const auto read = read_address(rest, server); !read) return read.error();
  if (virtual_host && !virtual_host->empty()) {
    const auto decoded = percent_decoded(*virtual_host);
    if (!decoded || virtual_host->find('/') != std::string_view::npos) {
      return fault("the virtual host must be percent-encoded, / as %2F");
    }
    server.virtual_host = *decoded;
  }
  std::optional<std::string_view> parameters = query;
  while (parameters) {
    std::string_view parameter = *parameters;
    parameters = cut(parameter, '&');
    if (const auto read = read_parameter(parameter, server); !read) return read.error();
  }
  return server;
}

std::vector<std::chrono::milliseconds> RabbitOptions::default_delay_steps() {
  using std::chrono::seconds;
  return {seconds{5},   seconds{10},  seconds{20},  seconds{40},  seconds{80},
          seconds{160}, seconds{320}, seconds{640}, seconds{900}, seconds{3600}};
}

}  // namespace invoicing::rabbitmq
