#include "ops/metrics.hpp"

#include <deque>
#include <mutex>
#include <stdexcept>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace invoicing::ops {
namespace {

using Kind = prometheus::MetricType;

struct Read {
  Labels labels;
  std::function<double()> value;
};

// What is known of one name, whatever its kind.
struct Name {
  Kind kind = Kind::Untyped;
  std::string help;
  std::vector<std::string> label_names;
  bool from_functions = false;
  std::map<Labels, std::size_t> series;  // labels → place in the deque of the kind
  std::vector<Read> reads;
};

std::vector<std::string> names_of(const Labels& labels) {
  std::vector<std::string> names;
  for (const auto& [name, value] : labels) names.push_back(name);
  return names;
}

Labels others(const Labels& labels) {
  Labels all_other;
  for (const auto& [name, value] : labels) all_other[name] = "other";
  return all_other;
}

prometheus::MetricFamily family_of(const std::string& name, const Name& known) {
  prometheus::MetricFamily family{name, known.help, known.kind, {}};
  for (const auto& read : known.reads) {
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : read.labels) metric.label.push_back({label, value});
    try {
      const double value = read.value();
      metric.counter.value = value;
      metric.gauge.value = value;
    } catch (const std::exception&) {
      continue;  // one broken reading must not take the others away
    }
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

void Counter::increment(double by) {
  counter_->Increment(by);
}
double Counter::value() const {
  return counter_->Value();
}
void Gauge::set(double value) {
  gauge_->Set(value);
}
double Gauge::value() const {
  return gauge_->Value();
}
void Histogram::observe(double value) {
  histogram_->Observe(value);
}

struct Metrics::Impl {
  // Answers the place of the series in `handles`, which `make` fills for a new one.
  template <typename Handle, typename Make>
  Handle& series(std::deque<Handle>& handles, const std::string& name, const std::string& help,
                 const Labels& asked, Kind kind, Make make) {
    const std::lock_guard lock(mutex);
    auto& known = describe(name, help, asked, kind, false);
    const bool full = known.series.size() >= kSeriesMax && !known.series.contains(asked);
    const auto labels = full ? others(asked) : asked;
    const auto found = known.series.find(labels);
    if (found != known.series.end()) return handles[found->second];
    handles.emplace_back(make(labels));
    known.series[labels] = handles.size() - 1;
    return handles.back();
  }

  Name& describe(const std::string& name, const std::string& help, const Labels& labels, Kind kind,
                 bool from_functions) {
    const auto label_names = names_of(labels);
    const auto [entry, added] =
        names.try_emplace(name, Name{kind, help, label_names, from_functions, {}, {}});
    auto& known = entry->second;
    if (known.kind != kind || known.help != help || known.label_names != label_names ||
        known.from_functions != from_functions) {
      throw std::logic_error("metric " + name + " is described in two ways");
    }
    return known;
  }

  void read_from(const std::string& name, const std::string& help, const Labels& labels, Kind kind,
                 std::function<double()> value) {
    const std::lock_guard lock(mutex);
    auto& known = describe(name, help, labels, kind, true);
    for (const auto& read : known.reads) {
      if (read.labels == labels) throw std::logic_error("metric " + name + " is given twice");
    }
    known.reads.push_back({labels, std::move(value)});
  }

  mutable std::mutex mutex;
  std::map<std::string, Name> names;
  std::deque<Counter> counters;
  std::deque<Gauge> gauges;
  std::deque<Histogram> histograms;
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return impl_->series(impl_->counters, name, help, labels, Kind::Counter, [&](const Labels& l) {
    return Counter(
        prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(l));
  });
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return impl_->series(impl_->gauges, name, help, labels, Kind::Gauge, [&](const Labels& l) {
    return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(l));
  });
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& bounds, const Labels& labels) {
  return impl_->series(
      impl_->histograms, name, help, labels, Kind::Histogram, [&](const Labels& l) {
        auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
        return Histogram(family.Add(l, bounds));
      });
}

void Metrics::gauge_from(const std::string& name, const std::string& help, const Labels& labels,
                         std::function<double()> read) {
  impl_->read_from(name, help, labels, Kind::Gauge, std::move(read));
}

void Metrics::counter_from(const std::string& name, const std::string& help, const Labels& labels,
                           std::function<double()> read) {
  impl_->read_from(name, help, labels, Kind::Counter, std::move(read));
}

std::string Metrics::text() const {
  auto families = impl_->registry.Collect();
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& [name, known] : impl_->names) {
      if (known.from_functions) families.push_back(family_of(name, known));
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

std::vector<double> latency_bounds() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

}  // namespace invoicing::ops
