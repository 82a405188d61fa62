#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/report_mail_renderer.hpp"
#include "mail/transport.hpp"
#include "tests/unit/mail/must.hpp"
#include "tests/unit/mail/run_task.hpp"
#include "tests/unit/mail/sample_reports.hpp"
#include "tests/unit/mail/smtp_server.hpp"

namespace invoicing::mail {
namespace {

using std::chrono::milliseconds;

OutgoingMail mail_to(const std::string& recipient) {
  static const auto renderer = ReportMailRenderer::create({"Shop <sales@shop.example>", "", {}});
  return must((*renderer)->render(samples::busy_day(), "6921a0f0c0ffee0123456789", recipient, {}));
}

/// Where a mail goes, and how.
struct Way {
  std::string scheme = "smtp://";
  std::string user;
  std::string query;
  SmtpOptions smtp{};
};

std::unique_ptr<MailTransport> transport_to(int port, const Way& way = {},
                                            const std::string& host = "127.0.0.1") {
  TransportOptions options;
  options.smtp_uri = way.scheme + way.user + host + ':' + std::to_string(port) + way.query;
  options.smtp = way.smtp;
  auto transport = make_transport(options);
  return transport ? std::move(*transport) : throw std::runtime_error(transport.error().detail());
}

MailOutcome send_to(const SmtpServerProcess& server, const Way& way = {},
                    const std::string& recipient = "boss@shop.example") {
  return run_task(transport_to(server.port(), way)->send(mail_to(recipient)));
}

void expect_outcome(const MailOutcome& outcome, MailResult result, MailReason reason) {
  EXPECT_EQ(outcome.result, result) << outcome.detail;
  EXPECT_EQ(to_string(outcome.reason), to_string(reason)) << outcome.detail;
}

Way trusting(const SmtpServerProcess& server, const std::string& query = "?tls=required") {
  Way way;
  way.query = query;
  way.smtp.ca_file = server.certificate();
  return way;
}

Way hurried() {
  Way way;
  way.smtp.dialogue_timeout_ms = milliseconds{1500};
  return way;
}

TEST(SmtpTransport, DeliversTheMailByteForByte) {
  const SmtpServerProcess server;
  const MailOutcome outcome = send_to(server);
  expect_outcome(outcome, MailResult::accepted, MailReason::none);
  EXPECT_EQ(outcome.detail, "250 2.0.0 taken as 1");
  ASSERT_EQ(server.taken().size(), 1U);
  EXPECT_EQ(server.taken()[0],
            "X-Envelope-From: sales@shop.example\r\nX-Envelope-To: boss@shop.example\r\n" +
                mail_to("boss@shop.example").content);
}

TEST(SmtpTransport, LinesThatStartWithADotArriveAsTheyAre) {
  const SmtpServerProcess server;
  OutgoingMail mail = mail_to("boss@shop.example");
  mail.content = "Subject: dots\r\n\r\n.\r\n..two\r\n.one\r\nno\r\n.\r\n";
  expect_outcome(run_task(transport_to(server.port())->send(mail)), MailResult::accepted,
                 MailReason::none);
  EXPECT_TRUE(server.taken().at(0).ends_with(mail.content));
}

TEST(SmtpTransport, ManyAtOnceAllArrive) {
  const SmtpServerProcess server;
  const auto transport = transport_to(server.port());
  boost::asio::io_context context(1);
  std::vector<OutgoingMail> mails;
  for (int i = 0; i < 20; ++i) mails.push_back(mail_to("r" + std::to_string(i) + "@shop.example"));
  int accepted = 0;
  for (const OutgoingMail& mail : mails)
    boost::asio::co_spawn(context.get_executor(), transport->send(mail),
                          [&](const std::exception_ptr&, const MailOutcome& outcome) {
                            accepted += outcome.result == MailResult::accepted;
                          });
  context.run();
  EXPECT_EQ(accepted, 20);
  EXPECT_EQ(server.taken().size(), 20U);
}

struct Refusal {
  const char* reply;
  MailResult result;
  MailReason reason;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.reply;
}

class SmtpRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(SmtpRefusals, AreJudgedByStepAndCode) {
  const SmtpServerProcess server({"--reply", GetParam().reply});
  const MailOutcome outcome = send_to(server);
  expect_outcome(outcome, GetParam().result, GetParam().reason);
  EXPECT_NE(outcome.detail.find("nay"), std::string::npos)
      << "the server's words: " << outcome.detail;
  EXPECT_TRUE(server.taken().empty());
}

INSTANTIATE_TEST_SUITE_P(
    , SmtpRefusals,
    testing::Values(
        Refusal{"connect=421 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"connect=554 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"mail=451 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"mail=550 nay", MailResult::refused, MailReason::content_refused},
        Refusal{"mail=530 5.7.0 nay", MailResult::try_again, MailReason::authentication},
        Refusal{"rcpt=450 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"rcpt=550 5.1.1 nay", MailResult::refused, MailReason::recipient_refused},
        Refusal{"data=451 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"data=554 nay", MailResult::refused, MailReason::content_refused},
        Refusal{"content=452 nay", MailResult::try_again, MailReason::temporary_refusal},
        Refusal{"content=554 5.7.1 nay", MailResult::refused, MailReason::content_refused}));

TEST(SmtpTransport, OneOfTwoRecipientsIsRefusedAndTheOtherHasItsMail) {
  const SmtpServerProcess server({"--reply", "rcpt:gone@shop.example=550 no such user"});
  const auto transport = transport_to(server.port());
  expect_outcome(run_task(transport->send(mail_to("gone@shop.example"))), MailResult::refused,
                 MailReason::recipient_refused);
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::accepted,
                 MailReason::none);
  ASSERT_EQ(server.taken().size(), 1U);
  EXPECT_NE(server.taken()[0].find("X-Envelope-To: boss@shop.example\r\n"), std::string::npos);
}

TEST(SmtpTransport, ALaterTryAfterARefusalIsTheSameMail) {
  const SmtpServerProcess server({"--reply-once", "content=451 later"});
  const auto transport = transport_to(server.port());
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::try_again,
                 MailReason::temporary_refusal);
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::accepted,
                 MailReason::none);
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST(SmtpTransport, AConnectionLostAfterTheFinalDotIsNeitherTakenNorRefused) {
  const SmtpServerProcess server({"--drop", "content", "--drop-times", "1"});
  const auto transport = transport_to(server.port());
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::try_again,
                 MailReason::lost_answer);
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::accepted,
                 MailReason::none);
  const auto taken = server.taken();
  ASSERT_EQ(taken.size(), 2U) << "the server had it the first time already";
  EXPECT_EQ(taken[0], taken[1]) << "so the second copy must carry the same Message-ID, and does";
}

TEST(SmtpTransport, AnAnswerThatNeverComesAfterTheFinalDotIsLostToo) {
  const SmtpServerProcess server({"--hang", "content"});
  expect_outcome(send_to(server, hurried()), MailResult::try_again, MailReason::lost_answer);
}

class SmtpSilence : public testing::TestWithParam<const char*> {};

TEST_P(SmtpSilence, EndsWithTheWholeDialoguesTime) {
  const SmtpServerProcess server({"--hang", GetParam()});
  const auto start = std::chrono::steady_clock::now();
  expect_outcome(send_to(server, hurried()), MailResult::try_again, MailReason::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10});
}

INSTANTIATE_TEST_SUITE_P(, SmtpSilence, testing::Values("connect", "ehlo", "mail", "rcpt", "data"));

class SmtpBreak : public testing::TestWithParam<const char*> {};

TEST_P(SmtpBreak, BeforeTheContentIsUnreachable) {
  const SmtpServerProcess server({"--drop", GetParam()});
  expect_outcome(send_to(server), MailResult::try_again, MailReason::unreachable);
  EXPECT_TRUE(server.taken().empty());
}

INSTANTIATE_TEST_SUITE_P(, SmtpBreak, testing::Values("connect", "ehlo", "mail", "rcpt", "data"));

TEST(SmtpTransport, AServerThatIgnoresQuitHoldsNothingUp) {
  for (const char* fault : {"--hang", "--drop"}) {
    const SmtpServerProcess server({fault, "quit"});
    const auto start = std::chrono::steady_clock::now();
    expect_outcome(send_to(server), MailResult::accepted, MailReason::none);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{15});
    EXPECT_EQ(server.taken().size(), 1U);
  }
}

/// A port of this machine that nobody listens on: bound, never listening, so that nobody gets it.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address_), length) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &length) != 0)
      throw std::runtime_error("no port");
  }
  ~ClosedPort() { ::close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  int number() const { return ntohs(address_.sin_port); }

 private:
  int socket_;
  sockaddr_in address_{};
};

TEST(SmtpTransport, NoServerIsUnreachable) {
  const ClosedPort port;
  expect_outcome(run_task(transport_to(port.number())->send(mail_to("boss@shop.example"))),
                 MailResult::try_again, MailReason::unreachable);
}

TEST(SmtpTransport, AHostWithoutAddressIsUnreachable) {
  Way way;
  way.smtp.connect_timeout_ms = milliseconds{5000};
  const MailOutcome outcome =
      run_task(transport_to(25, way, "nowhere.invalid")->send(mail_to("boss@shop.example")));
  EXPECT_EQ(outcome.result, MailResult::try_again);
  EXPECT_TRUE(outcome.reason == MailReason::unreachable || outcome.reason == MailReason::timeout)
      << outcome.detail;
}

TEST(SmtpTls, StarttlsDeliversWhereTheCertificateIsRight) {
  const SmtpServerProcess server({"--tls", "starttls"});
  expect_outcome(send_to(server, trusting(server)), MailResult::accepted, MailReason::none);
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST(SmtpTls, SmtpsDeliversWhereTheCertificateIsRight) {
  const SmtpServerProcess server({"--tls", "smtps"});
  Way way = trusting(server, "");
  way.scheme = "smtps://";
  expect_outcome(send_to(server, way), MailResult::accepted, MailReason::none);
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST(SmtpTls, RequiredMeansNoMailWithoutIt) {
  const SmtpServerProcess server;
  Way way;
  way.query = "?tls=required";
  expect_outcome(send_to(server, way), MailResult::try_again, MailReason::tls);
  EXPECT_TRUE(server.taken().empty());
}

TEST(SmtpTls, OpportunisticGoesOnWithoutItButNotWithAWrongCertificate) {
  const SmtpServerProcess plain;
  Way way;
  way.query = "?tls=opportunistic";
  expect_outcome(send_to(plain, way), MailResult::accepted, MailReason::none);
  const SmtpServerProcess untrusted({"--tls", "starttls"});
  expect_outcome(send_to(untrusted, way), MailResult::try_again, MailReason::tls);
  EXPECT_TRUE(untrusted.taken().empty());
}

TEST(SmtpTls, AnAuthorityThatWeDoNotTrustGetsNoMail) {
  const SmtpServerProcess starttls({"--tls", "starttls"});
  Way way;
  way.query = "?tls=required";
  expect_outcome(send_to(starttls, way), MailResult::try_again, MailReason::tls);
  EXPECT_TRUE(starttls.taken().empty());
  const SmtpServerProcess smtps({"--tls", "smtps"});
  expect_outcome(send_to(smtps, {"smtps://", "", "", {}}), MailResult::try_again, MailReason::tls);
  EXPECT_TRUE(smtps.taken().empty());
}

TEST(SmtpTls, ACertificateOfAnotherHostGetsNoMail) {
  const SmtpServerProcess starttls({"--tls", "starttls", "--certificate", "other-name"});
  expect_outcome(send_to(starttls, trusting(starttls)), MailResult::try_again, MailReason::tls);
  EXPECT_TRUE(starttls.taken().empty());
}

TEST(SmtpTls, ThePasswordIsNotSentToAServerWithAWrongCertificate) {
  const SmtpServerProcess server(
      {"--tls", "starttls", "--certificate", "other-name", "--user", "shop:hunter2"});
  Way way = trusting(server);
  way.user = "shop:hunter2@";
  expect_outcome(send_to(server, way), MailResult::try_again, MailReason::tls);
}

TEST(SmtpAuthentication, TheRightPasswordMaySend) {
  const SmtpServerProcess server({"--tls", "starttls", "--user", "shop@x:p@ss/:#"});
  Way way = trusting(server);
  way.user = "shop%40x:p%40ss%2F%3A%23@";
  expect_outcome(send_to(server, way), MailResult::accepted, MailReason::none);
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST(SmtpAuthentication, AWrongPasswordIsTriedAgainAndNeverShown) {
  const SmtpServerProcess server({"--user", "shop:right"});
  Way way;
  way.user = "shop:hunter2@";
  const MailOutcome outcome = send_to(server, way);
  expect_outcome(outcome, MailResult::try_again, MailReason::authentication);
  EXPECT_EQ(outcome.detail.find("hunter2"), std::string::npos);
  EXPECT_TRUE(server.taken().empty());
}

TEST(SmtpAuthentication, AServerThatWantsAPasswordAndGetsNoneIsTriedAgain) {
  const SmtpServerProcess server({"--user", "shop:right"});
  expect_outcome(send_to(server), MailResult::try_again, MailReason::authentication);
}

TEST(SmtpAuthentication, AServerThatRepeatsThePasswordDoesNotBringItIntoTheLog) {
  const SmtpServerProcess server(
      {"--user", "shop:hunter2", "--reply", "rcpt=550 your password is hunter2, ha"});
  Way way;
  way.user = "shop:hunter2@";
  const MailOutcome outcome = send_to(server, way);
  expect_outcome(outcome, MailResult::refused, MailReason::recipient_refused);
  EXPECT_NE(outcome.detail.find("your password is ***, ha"), std::string::npos) << outcome.detail;
}

TEST(SmtpTransport, AddressesWithLineEndsNeverReachTheServer) {
  const SmtpServerProcess server;
  const auto transport = transport_to(server.port());
  OutgoingMail mail = mail_to("boss@shop.example");
  mail.recipient = "boss@shop.example>\r\nRCPT TO:<victim@shop.example";
  expect_outcome(run_task(transport->send(mail)), MailResult::refused,
                 MailReason::recipient_refused);
  mail = mail_to("boss@shop.example");
  mail.from = "sales@shop.example\r\nRSET";
  expect_outcome(run_task(transport->send(mail)), MailResult::refused, MailReason::content_refused);
  EXPECT_TRUE(server.taken().empty());
}

TEST(SmtpTransport, StoppingCutsADialogueShort) {
  const SmtpServerProcess server({"--hang", "mail"});
  std::stop_source stop;
  Way way;
  way.smtp.stop = stop.get_token();
  const auto transport = transport_to(server.port(), way);
  const auto start = std::chrono::steady_clock::now();
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(milliseconds{300});
    stop.request_stop();
  });
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::try_again,
                 MailReason::unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{9});
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::try_again,
                 MailReason::unreachable);
}

TEST(SmtpTransport, AStopWaitsForTheAnswerToAWholeMailLestItGoOutTwice) {
  const SmtpServerProcess server({"--hold-content"});
  std::stop_source stop;
  Way way;
  way.smtp.stop = stop.get_token();
  const auto transport = transport_to(server.port(), way);
  std::jthread stopper([&] {
    while (server.taken().empty()) std::this_thread::sleep_for(milliseconds{5});
    stop.request_stop();
    // libcurl looks at the stop once a second: long enough that it has.
    std::this_thread::sleep_for(milliseconds{1200});
    server.let_go();
  });
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::accepted,
                 MailReason::none);
}

TEST(SmtpTransport, AStopDoesNotWaitForAnAnswerThatDoesNotCome) {
  const SmtpServerProcess server({"--hold-content"});
  std::stop_source stop;
  Way way;
  way.smtp.stop = stop.get_token();
  const auto transport = transport_to(server.port(), way);
  std::jthread stopper([&] {
    while (server.taken().empty()) std::this_thread::sleep_for(milliseconds{5});
    stop.request_stop();
  });
  expect_outcome(run_task(transport->send(mail_to("boss@shop.example"))), MailResult::try_again,
                 MailReason::lost_answer);
}

TEST(MakeTransport, TakesTheFolderWithoutAServerAndRefusesWhatCannotWork) {
  TransportOptions options;
  options.mail_folder =
      std::filesystem::temp_directory_path() / ("mail-" + std::to_string(::getpid()));
  const auto folder = make_transport(options);
  ASSERT_TRUE(folder);
  expect_outcome(run_task((*folder)->send(mail_to("boss@shop.example"))), MailResult::accepted,
                 MailReason::none);
  std::filesystem::remove_all(options.mail_folder);

  options.smtp_uri = "smtp://mail.example?tls=perhaps";
  EXPECT_FALSE(make_transport(options));
  options.smtp_uri = "smtp://mail.example";
  options.smtp.ca_file = "/nowhere/ca.pem";
  const auto without_authorities = make_transport(options);
  ASSERT_FALSE(without_authorities);
  EXPECT_NE(without_authorities.error().detail().find("/nowhere/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace invoicing::mail
