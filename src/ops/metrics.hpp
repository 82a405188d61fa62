#pragma once
// Numbers about the running program for Prometheus. Names follow its conventions: base units
// (seconds, bytes) and the unit last, "_total" behind counters.
//
// Ask for a counter, gauge or histogram once and keep the reference: an update is then a few
// nanoseconds and never a look-up. Everything may be called from any thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace invoicing::ops {

/// Goes up only.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  /// `by` ≥ 0; negative values are ignored.
  void increment(double by = 1);
  double value() const;

 private:
  prometheus::Counter* counter_;
};

/// Goes up and down.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);
  double value() const;

 private:
  prometheus::Gauge* gauge_;
};

/// Counts observations by size. Takes a lock for some nanoseconds.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

/// Names and values of one series. Values come from small fixed sets (a route's pattern, a status),
/// never from what a client sends.
using Labels = std::map<std::string, std::string>;

/// All metrics of one process. References that it hands out live as long as it does.
class Metrics {
 public:
  /// Content-Type of text().
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";
  /// Series of one name; further ones are counted together under the label values "other".
  static constexpr std::size_t kSeriesMax = 500;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The same name and labels give the same series. One name has one kind, one help text and one
  /// set of label names; anything else, and a name or label that Prometheus does not allow, is a
  /// bug and throws std::invalid_argument or std::logic_error.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds`: upper ends of the buckets, rising, the last one (+Inf) left out; they count at the
  /// first call for a name and labels.
  Histogram& histogram(const std::string& name, const std::string& help,
                       const std::vector<double>& bounds, const Labels& labels = {});

  /// Series whose value is asked for at each text(), on its thread. `read` must not wait, must not
  /// call this object, and what it refers to must outlive the last text(). If it throws, the sample
  /// is left out of that text.
  void gauge_from(const std::string& name, const std::string& help, const Labels& labels,
                  std::function<double()> read);
  void counter_from(const std::string& name, const std::string& help, const Labels& labels,
                    std::function<double()> read);

  /// All of it in Prometheus' text format.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Buckets in seconds for answers of a server: 0.5 ms to 10 s.
std::vector<double> latency_bounds();

}  // namespace invoicing::ops
