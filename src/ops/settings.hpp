#pragma once
// What the options of a start amount to. Plain values; the defaults stand in option_table.cpp, the
// one table of all options. A field whose option the program does not read keeps its empty value.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "ops/address.hpp"
#include "ops/log.hpp"

namespace invoicing::ops {

/// Who may call the API. `automatic`: off where only loopback is served; else keys, and tokens too
/// where they have an issuer.
enum class AuthMode { automatic, keys, jwt, both, off };

/// What kind of queue the programs of an installation declare; alike in all of them.
enum class QueueType { classic, quorum };

struct Settings {
  Address http_address;                 ///< port 0: the system chooses, the program prints it
  unsigned http_threads = 0;            ///< 0: one per processor core; at most 256
  std::filesystem::path tls_cert_file;  ///< whether it can be used its reader knows; empty: none
  std::filesystem::path tls_key_file;   ///< as tls_cert_file
  std::filesystem::path tls_client_ca_file;  ///< as tls_cert_file
  Address ops_address;                       ///< empty host: health and metrics share http_address
  AuthMode auth = AuthMode::automatic;
  bool allow_open = false;  ///< listen beyond loopback although nobody is asked who they are
  std::filesystem::path api_keys_file;      ///< may not exist yet; empty: none
  std::string jwt_issuer;                   ///< empty: none
  std::string jwt_audience;                 ///< empty: none
  std::string jwt_keys;                     ///< a path or an https:// URL; empty: none
  std::filesystem::path jwt_ca_file;        ///< a readable file; empty: the system's certificates
  std::vector<std::string> jwt_algorithms;  ///< asymmetric ones, at least one
  std::string jwt_scope_claim;
  std::vector<std::string> trusted_proxies;  ///< IP addresses or networks, may be empty
  unsigned rate_limit_per_key = 0;           ///< requests per second; 0: any number
  unsigned rate_limit_per_address = 0;       ///< requests per second; 0: any number
  std::chrono::hours session_hours{0};       ///< 1 to 720
  std::string public_url;                    ///< no slash at its end; empty: none
  bool unique_reference = false;
  std::chrono::seconds clock_tolerance{0};  ///< 1 to 3600

  std::filesystem::path data_dir;  ///< may not exist yet
  std::string report_queue;
  QueueType report_queue_type = QueueType::classic;

  std::string
      time_zone;         ///< an IANA name by its letters only; whether it exists the calendar knows
  std::string cut_off;   ///< "HH:MM", 00:00 to 23:59
  std::string currency;  ///< three capital letters; whether it exists the domain knows

  std::string mail_from;                   ///< local@domain, free of blanks and control characters
  std::vector<std::string> mail_to;        ///< at least one, each as mail_from
  std::chrono::hours mail_retry_hours{0};  ///< 1 to 8760
  std::filesystem::path mail_templates;    ///< an existing folder; empty: the built-in templates
  std::filesystem::path smtp_ca_file;      ///< a readable file; empty: the system's certificates

  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::automatic;
};

/// Apart from the settings, so that whoever prints or passes settings on cannot leak them.
/// Single lines without control characters; empty means not set. URIs have a known scheme and a
/// host, all else is for the adapter to check.
struct Secrets {
  std::string mongo_uri;
  std::string rabbitmq_uri;
  std::string smtp_uri;
  std::string smtp_password;
};

}  // namespace invoicing::ops
