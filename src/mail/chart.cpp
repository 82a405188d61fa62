#include "mail/chart.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <cairo.h>

#include "mail/number_text.hpp"

namespace invoicing::mail {
namespace {

// In points of the mail; the picture has twice as many pixels each way, for sharp screens.
constexpr double kWidth = 560;
constexpr double kHeight = 200;
constexpr double kScale = 2;
constexpr double kLeft = 14;
constexpr double kRight = 14;
constexpr double kTop = 34;
constexpr double kBottom = 28;
constexpr double kBarShare = 0.64;
constexpr double kFontSize = 10.5;

struct Colour {
  double red, green, blue;
};
constexpr Colour kCard{0.957, 0.965, 0.976};
constexpr Colour kGrid{0.847, 0.871, 0.902};
constexpr Colour kBar{0.620, 0.694, 0.788};
constexpr Colour kThisDay{0.075, 0.420, 0.761};
constexpr Colour kWords{0.290, 0.341, 0.408};
constexpr Colour kStrong{0.075, 0.133, 0.204};

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, Release>;
using Context = std::unique_ptr<cairo_t, Release>;

void set_colour(cairo_t* cr, const Colour& colour) {
  cairo_set_source_rgb(cr, colour.red, colour.green, colour.blue);
}

void select_font(cairo_t* cr, cairo_font_weight_t weight) {
  cairo_select_font_face(cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, weight);
  cairo_set_font_size(cr, kFontSize);
}

double text_width(cairo_t* cr, const std::string& text) {
  cairo_text_extents_t extents{};
  cairo_text_extents(cr, text.c_str(), &extents);
  return extents.x_advance;
}

/// A machine without fonts turns the whole context into an error, so that nothing would be drawn:
/// tried on one that is thrown away.
bool has_font() {
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 8, 8));
  const Context cr(cairo_create(surface.get()));
  select_font(cr.get(), CAIRO_FONT_WEIGHT_NORMAL);
  const bool measured = text_width(cr.get(), "0") > 0;
  cairo_show_text(cr.get(), "0");
  return measured && cairo_status(cr.get()) == CAIRO_STATUS_SUCCESS;
}

void draw_centred(cairo_t* cr, const std::string& text, double x, double y) {
  const double width = text_width(cr, text);
  const double start = std::clamp(x - width / 2, 4.0, std::max(4.0, kWidth - 4 - width));
  cairo_move_to(cr, start, y);
  cairo_show_text(cr, text.c_str());
}

void draw_rounded(cairo_t* cr, double x, double y, double width, double height, double radius) {
  const double r = std::min({radius, width / 2, height / 2});
  constexpr double kQuarter = 1.5707963267948966;
  cairo_new_sub_path(cr);
  cairo_arc(cr, x + width - r, y + r, r, -kQuarter, 0);
  cairo_arc(cr, x + width - r, y + height - r, r, 0, kQuarter);
  cairo_arc(cr, x + r, y + height - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(cr, x + r, y + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(cr);
  cairo_fill(cr);
}

// Pixels may be binary floats; no figure of the mail is.
double height_of(Int128 amount, Int128 largest) {
  if (amount <= 0 || largest <= 0) return 0;
  const double share = static_cast<double>(amount) / static_cast<double>(largest);
  return std::max(2.0, share * (kHeight - kTop - kBottom));
}

Int128 largest_of(const Chart& chart) {
  Int128 largest = 0;
  for (const ChartBar& bar : chart.bars) largest = std::max(largest, bar.amount_minor.value_or(0));
  return largest;
}

std::size_t position_of_largest(const Chart& chart) {
  const auto less = [](const ChartBar& a, const ChartBar& b) {
    return a.amount_minor.value_or(-1) < b.amount_minor.value_or(-1);
  };
  return static_cast<std::size_t>(std::max_element(chart.bars.begin(), chart.bars.end(), less) -
                                  chart.bars.begin());
}

/// A day's number; with its month for the first bar, the last one, and where a month starts.
std::string label_of(const Chart& chart, std::size_t i) {
  const std::string full = short_day_text(chart.bars[i].day);
  const std::string number = full.substr(0, full.find(' '));
  const bool edge = i == 0 || i + 1 == chart.bars.size();
  return edge || number == "1" ? full : number;
}

/// Paints one set of bars and the words that belong to them.
class Painter {
 public:
  Painter(cairo_t* cr, const Chart& chart, bool words)
      : cr_(cr),
        chart_(chart),
        words_(words),
        largest_(largest_of(chart)),
        step_((kWidth - kLeft - kRight) / static_cast<double>(chart.bars.size())) {}

  void paint() {
    set_colour(cr_, kCard);
    draw_rounded(cr_, 0, 0, kWidth, kHeight, 10);
    set_colour(cr_, kGrid);
    cairo_set_line_width(cr_, 1);
    cairo_move_to(cr_, kLeft, base() + 0.5);
    cairo_line_to(cr_, kWidth - kRight, base() + 0.5);
    cairo_stroke(cr_);
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) paint_bar(i);
    if (words_) paint_words();
  }

 private:
  static double base() { return kHeight - kBottom; }
  double centre(std::size_t i) const { return kLeft + step_ * (static_cast<double>(i) + 0.5); }
  double top(std::size_t i) const {
    return base() - height_of(chart_.bars[i].amount_minor.value_or(0), largest_);
  }

  void paint_bar(std::size_t i) {
    const double width = step_ * kBarShare;
    const double height = base() - top(i);
    set_colour(cr_, i + 1 == chart_.bars.size() ? kThisDay : kBar);
    if (height > 0) draw_rounded(cr_, centre(i) - width / 2, top(i), width, height, 3);
    if (chart_.bars[i].amount_minor) return;
    set_colour(cr_, kBar);  // a day without a report: a dot, which a day without sales has not
    cairo_arc(cr_, centre(i), base() - 5, 2, 0, 6.283185307179586);
    cairo_fill(cr_);
  }

  void paint_words() {
    const std::size_t last = chart_.bars.size() - 1;
    const std::size_t peak = position_of_largest(chart_);
    for (std::size_t i = 0; i <= last; ++i) {
      select_font(cr_, i == last ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
      set_colour(cr_, i == last ? kStrong : kWords);
      // The last label is wide: its neighbour steps aside.
      if (i + 2 != chart_.bars.size() || i == 0)
        draw_centred(cr_, label_of(chart_, i), centre(i), base() + 17);
    }
    select_font(cr_, CAIRO_FONT_WEIGHT_BOLD);
    paint_amount(last);
    select_font(cr_, CAIRO_FONT_WEIGHT_NORMAL);
    set_colour(cr_, kWords);
    if (peak != last && largest_ > 0 && !collides(peak, last)) paint_amount(peak);
  }

  void paint_amount(std::size_t i) {
    const Int128 amount = chart_.bars[i].amount_minor.value_or(0);
    draw_centred(cr_, money_text(amount, chart_.currency), centre(i), top(i) - 7);
  }

  /// Whether the amounts over two bars would overlap.
  bool collides(std::size_t a, std::size_t b) {
    const auto width = [this](std::size_t i) {
      return text_width(cr_, money_text(chart_.bars[i].amount_minor.value_or(0), chart_.currency));
    };
    const double left_end = std::min(kWidth - 4, centre(a) + width(a) / 2);
    const double right_start = std::min(centre(b) - width(b) / 2, kWidth - 4 - width(b) * 1.1);
    return left_end + 8 > right_start && std::abs(top(a) - top(b)) < 2 * kFontSize;
  }

  cairo_t* cr_;
  const Chart& chart_;
  bool words_;
  Int128 largest_;
  double step_;
};

cairo_status_t append_bytes(void* out, const unsigned char* bytes, unsigned int length) {
  static_cast<std::string*>(out)->append(bytes, bytes + length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::optional<Chart> chart_of(const SalesReport& report) {
  if (report.history.empty()) return std::nullopt;
  const auto sold = [](const std::vector<CurrencyTotal>& totals, const Currency& currency) {
    return total_of(totals, currency).amount_minor > 0;
  };
  std::vector<Currency> candidates{report.currency};
  const auto note = [&](const std::vector<CurrencyTotal>& totals) {
    for (const CurrencyTotal& total : totals) candidates.push_back(total.currency);
  };
  note(report.figures.totals);
  for (const HistoryDay& day : report.history)
    if (day.report) note(day.report->totals);
  const auto ever_sold = [&](const Currency& currency) {
    return sold(report.figures.totals, currency) ||
           std::any_of(report.history.begin(), report.history.end(), [&](const HistoryDay& day) {
             return day.report && sold(day.report->totals, currency);
           });
  };
  std::sort(candidates.begin() + 1, candidates.end());
  const auto found = std::find_if(candidates.begin(), candidates.end(), ever_sold);
  Chart chart;
  chart.currency = found == candidates.end() ? report.currency : *found;
  for (const HistoryDay& day : report.history) {
    ChartBar bar{day.business_day, std::nullopt};
    if (day.report) bar.amount_minor = total_of(day.report->totals, chart.currency).amount_minor;
    chart.bars.push_back(bar);
  }
  chart.bars.push_back(
      {report.business_day, total_of(report.figures.totals, chart.currency).amount_minor});
  return chart;
}

std::string chart_text(const Chart& chart) {
  const ChartBar& last = chart.bars.back();
  const ChartBar& peak = chart.bars[position_of_largest(chart)];
  std::string text = "Bar chart of " + std::string(chart.currency.code()) + " totals by day, " +
                     short_day_text(chart.bars.front().day) + " to " + short_day_text(last.day) +
                     ": this day " + money_text(last.amount_minor.value_or(0), chart.currency);
  if (peak.amount_minor.value_or(0) > 0)
    text += ", highest " + money_text(*peak.amount_minor, chart.currency) + " on " +
            short_day_text(peak.day);
  return text + '.';
}

std::string draw_chart_png(const Chart& chart) {
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, static_cast<int>(kWidth * kScale), static_cast<int>(kHeight * kScale)));
  const Context cr(cairo_create(surface.get()));
  cairo_scale(cr.get(), kScale, kScale);
  Painter(cr.get(), chart, has_font()).paint();
  std::string png;
  if (cairo_status(cr.get()) != CAIRO_STATUS_SUCCESS) return png;
  if (cairo_surface_write_to_png_stream(surface.get(), append_bytes, &png) != CAIRO_STATUS_SUCCESS)
    png.clear();
  return png;
}

}  // namespace invoicing::mail
