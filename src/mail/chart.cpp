#include "mail/chart.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <cairo.h>

#include "mail/number_text.hpp"

namespace invoicing::mail {
namespace {

// In points: small enough that words are still read where a phone shows the picture 320 points
// wide; with 2.8 pixels a point, sharp where a desktop shows it 534 wide.
constexpr double kWidth = 400;
constexpr double kHeight = 170;
constexpr double kScale = 2.8;
constexpr double kMargin = 12;
constexpr double kTop = 36;
constexpr double kBottom = 28;
constexpr double kBarShare = 0.66;
constexpr double kFontSize = 11;
constexpr double kAboveBar = 6;

struct Colour {
  double red, green, blue;
};
constexpr Colour kCard{0.957, 0.961, 0.969};
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

/// A day's number; with its month for the first bar and the last one.
std::string label_of(const Chart& chart, std::size_t i) {
  const std::string full = short_day_text(chart.bars[i].day);
  return i == 0 || i + 1 == chart.bars.size() ? full : full.substr(0, full.find(' '));
}

/// Where a text of `width` starts that shall be centred on `x` and stay inside the picture.
double start_of(double x, double width) {
  return std::clamp(x - width / 2, kMargin / 2,
                    std::max(kMargin / 2, kWidth - kMargin / 2 - width));
}

/// Paints one set of bars and the words that belong to them.
class Painter {
 public:
  Painter(cairo_t* cr, const Chart& chart, bool words)
      : cr_(cr),
        chart_(chart),
        words_(words),
        largest_(chart.bars[highest_bar(chart)].amount_minor.value_or(0)),
        step_((kWidth - 2 * kMargin) / static_cast<double>(chart.bars.size())) {}

  void paint() {
    set_colour(cr_, kCard);
    draw_rounded(cr_, 0, 0, kWidth, kHeight, 10);
    set_colour(cr_, kGrid);
    cairo_set_line_width(cr_, 1);
    cairo_move_to(cr_, kMargin, base() + 0.5);
    cairo_line_to(cr_, kWidth - kMargin, base() + 0.5);
    cairo_stroke(cr_);
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) paint_bar(i);
    if (words_) paint_words();
  }

 private:
  static double base() { return kHeight - kBottom; }
  double centre(std::size_t i) const { return kMargin + step_ * (static_cast<double>(i) + 0.5); }
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
    for (std::size_t i = last % 2; i <= last; i += 2) {  // each second day: there is no more room
      set_words(i == last);
      paint_text(label_of(chart_, i), centre(i), base() + 17);
    }
    set_words(true);
    const AmountPlace own = place_amount(last);
    paint_text(own.text, centre(last), own.y);
    const std::size_t peak = highest_bar(chart_);
    if (peak == last || largest_ == 0) return;
    set_words(false);
    const AmountPlace highest = place_amount(peak);
    const bool apart = highest.end + kFontSize < own.start || highest.y + 1.5 * kFontSize < own.y;
    if (apart) paint_text(highest.text, centre(peak), highest.y);
  }

  void set_words(bool strong) {
    select_font(cr_, strong ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    set_colour(cr_, strong ? kStrong : kWords);
  }

  void paint_text(const std::string& text, double x, double y) {
    cairo_move_to(cr_, start_of(x, text_width(cr_, text)), y);
    cairo_show_text(cr_, text.c_str());
  }

  struct AmountPlace {
    std::string text;
    double start;
    double end;
    double y;
  };

  /// Above bar `i`, and above its neighbours that the text reaches over.
  AmountPlace place_amount(std::size_t i) {
    AmountPlace place{money_text(chart_.bars[i].amount_minor.value_or(0), chart_.currency), 0, 0,
                      0};
    const double width = text_width(cr_, place.text);
    place.start = start_of(centre(i), width);
    place.end = place.start + width;
    double highest = top(i);
    for (std::size_t j = 0; j < chart_.bars.size(); ++j)
      if (centre(j) + step_ / 2 > place.start && centre(j) - step_ / 2 < place.end)
        highest = std::min(highest, top(j));
    place.y = highest - kAboveBar;
    return place;
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

std::string draw_chart_png(const Chart& chart) {
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, static_cast<int>(std::lround(kWidth * kScale)),
      static_cast<int>(std::lround(kHeight * kScale))));
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
