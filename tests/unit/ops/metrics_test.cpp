#include "ops/metrics.hpp"

#include <chrono>
#include <regex>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ops/file_limit.hpp"
#include "ops/process_metrics.hpp"

namespace invoicing::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

// The value of the series, written as in the text ("up", "requests_total{code=\"200\"}").
double value(const Metrics& metrics, const std::string& series) {
  const auto text = "\n" + metrics.text();
  const auto at = text.find("\n" + series + " ");
  if (at == std::string::npos) return -1;
  return std::stod(text.substr(at + series.size() + 2));
}

TEST(Metrics, RendersCountersGaugesAndHistograms) {
  Metrics metrics;
  metrics.counter("requests_total", "Requests.", {{"route", "/a"}}).increment();
  metrics.counter("requests_total", "Requests.", {{"route", "/a"}}).increment(2);
  metrics.counter("requests_total", "Requests.", {{"route", "/b"}});
  metrics.gauge("queue_length", "Waiting.").set(5);
  metrics.gauge("queue_length", "Waiting.").set(3);
  auto& seconds = metrics.histogram("request_duration_seconds", "Time.", {0.1, 1});
  for (const double d : {0.05, 0.5, 0.6, 7.0}) seconds.observe(d);

  EXPECT_THAT(metrics.text(), HasSubstr("# HELP requests_total Requests.\n"
                                        "# TYPE requests_total counter\n"));
  EXPECT_EQ(value(metrics, "requests_total{route=\"/a\"}"), 3);
  EXPECT_EQ(value(metrics, "requests_total{route=\"/b\"}"), 0);
  EXPECT_EQ(value(metrics, "queue_length"), 3);
  EXPECT_EQ(value(metrics, "request_duration_seconds_bucket{le=\"0.1\"}"), 1);
  EXPECT_EQ(value(metrics, "request_duration_seconds_bucket{le=\"1\"}"), 3);
  EXPECT_EQ(value(metrics, "request_duration_seconds_bucket{le=\"+Inf\"}"), 4);
  EXPECT_EQ(value(metrics, "request_duration_seconds_count"), 4);
  EXPECT_DOUBLE_EQ(value(metrics, "request_duration_seconds_sum"), 8.15);
}

TEST(Metrics, HandlesStayValidWhileOthersAreAdded) {
  Metrics metrics;
  auto& first = metrics.counter("a_total", "A.", {{"n", "first"}});
  for (int i = 0; i < 400; ++i) metrics.counter("a_total", "A.", {{"n", std::to_string(i)}});
  first.increment();
  EXPECT_EQ(first.value(), 1);
  EXPECT_EQ(value(metrics, "a_total{n=\"first\"}"), 1);
}

TEST(Metrics, EscapesLabelValues) {
  Metrics metrics;
  metrics.gauge("g", "G.", {{"l", "a\"b\\c\nd"}}).set(1);
  EXPECT_THAT(metrics.text(), HasSubstr("g{l=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(Metrics, BoundsTheSeriesOfOneName) {
  Metrics metrics;
  const auto wanted = Metrics::kSeriesMax + 100;
  for (std::size_t i = 0; i < wanted; ++i) {
    metrics.counter("c_total", "C.", {{"id", std::to_string(i)}}).increment();
  }
  EXPECT_EQ(value(metrics, "c_total{id=\"other\"}"), 100);
  EXPECT_EQ(value(metrics, "c_total{id=\"0\"}"), 1);
  metrics.counter("c_total", "C.", {{"id", "0"}}).increment();
  EXPECT_EQ(value(metrics, "c_total{id=\"0\"}"), 2);
}

TEST(Metrics, AsksFunctionsAtEachText) {
  Metrics metrics;
  double reading = 1;
  metrics.gauge_from("size_bytes", "Size.", {{"of", "a"}}, [&] { return reading; });
  metrics.gauge_from("size_bytes", "Size.", {{"of", "b"}}, [] { return 9.0; });
  metrics.counter_from("rows_total", "Rows.", {}, [&] { return reading * 10; });
  EXPECT_EQ(value(metrics, "size_bytes{of=\"a\"}"), 1);
  reading = 2;
  EXPECT_EQ(value(metrics, "size_bytes{of=\"a\"}"), 2);
  EXPECT_EQ(value(metrics, "size_bytes{of=\"b\"}"), 9);
  EXPECT_EQ(value(metrics, "rows_total"), 20);
  EXPECT_THAT(metrics.text(), HasSubstr("# TYPE size_bytes gauge\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("# TYPE rows_total counter\n"));
}

TEST(Metrics, LeavesOutAReadingThatFails) {
  Metrics metrics;
  metrics.gauge_from("bad", "B.", {}, []() -> double { throw std::runtime_error("gone"); });
  metrics.gauge_from("good", "G.", {}, [] { return 1.0; });
  EXPECT_EQ(value(metrics, "good"), 1);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("\nbad ")));
}

TEST(Metrics, RefusesWhatOnlyABugCanAsk) {
  Metrics metrics;
  metrics.counter("a_total", "A.", {{"l", "1"}});
  EXPECT_THROW(metrics.gauge("a_total", "A.", {{"l", "1"}}), std::logic_error);
  EXPECT_THROW(metrics.counter("a_total", "Other.", {{"l", "1"}}), std::logic_error);
  EXPECT_THROW(metrics.counter("a_total", "A.", {{"m", "1"}}), std::logic_error);
  EXPECT_THROW(metrics.counter_from("a_total", "A.", {{"l", "1"}}, [] { return 0.0; }),
               std::logic_error);
  EXPECT_THROW(metrics.counter("no name", "A."), std::invalid_argument);
  metrics.gauge_from("f", "F.", {}, [] { return 0.0; });
  EXPECT_THROW(metrics.gauge_from("f", "F.", {}, [] { return 0.0; }), std::logic_error);
}

TEST(Metrics, CountsFromManyThreadsWhileOneReads) {
  constexpr int kThreads = 4;
  constexpr int kUpdates = 2000;
  Metrics metrics;
  auto& shared = metrics.counter("shared_total", "S.");
  auto& seconds = metrics.histogram("t_seconds", "T.", latency_bounds());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kUpdates; ++i) {
          shared.increment();
          seconds.observe(0.001);
          metrics.counter("own_total", "O.", {{"thread", std::to_string(t)}}).increment();
        }
      });
    }
    for (int i = 0; i < 50; ++i) EXPECT_THAT(metrics.text(), HasSubstr("shared_total"));
  }
  EXPECT_EQ(shared.value(), kThreads * kUpdates);
  EXPECT_EQ(value(metrics, "t_seconds_count"), kThreads * kUpdates);
  EXPECT_EQ(value(metrics, "own_total{thread=\"3\"}"), kUpdates);
}

TEST(ProcessMetrics, TellTheTruthAboutThisProcess) {
  Metrics metrics;
  add_process_metrics(metrics, "invoice-standalone", "1.2.3");
  EXPECT_EQ(
      value(metrics, "invoicing_build_info{program=\"invoice-standalone\",version=\"1.2.3\"}"), 1);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  const double started = value(metrics, "process_start_time_seconds");
  EXPECT_LT(started, now.count() + 2);
  EXPECT_GT(started, now.count() - 3600);
  EXPECT_GT(value(metrics, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value(metrics, "process_virtual_memory_bytes"),
            value(metrics, "process_resident_memory_bytes"));
  EXPECT_GE(value(metrics, "process_threads"), 1);

  const double cpu_before = value(metrics, "process_cpu_seconds_total");
  while (value(metrics, "process_cpu_seconds_total") <= cpu_before) {
  }
  const double open_before = value(metrics, "process_open_fds");
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(value(metrics, "process_open_fds"), open_before + 1);
  close(fd);
}

TEST(FileLimit, IsRaisedToTheHardOne) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const auto before = limit;
  limit.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(raise_open_file_limit(), before.rlim_max);
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace invoicing::ops
