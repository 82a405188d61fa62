#pragma once
// GET /reports, /reports/current, …/hours, /reports/{businessDay}, …/mail, and POST …/resend.

#include <functional>

#include "app/delivery_status.hpp"
#include "app/preview_day.hpp"
#include "app/record_activity.hpp"
#include "app/sales_by_hour.hpp"
#include "http/router.hpp"
#include "ports/mailer.hpp"
#include "ports/report_store.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// What the report routes need; everything outlives the router.
struct ReportDoors {
  ReportStore& reports;
  ReportDelivery& delivery;
  PreviewDay& preview;
  SalesByHour& by_hour;
  const MailRenderer& mail;
  std::function<void()> on_resend;  ///< wakes who publishes; called on an I/O thread
  Authentication authentication;
  RecordActivity& activity;
};

void add_report_routes(http::Router& router, const ReportDoors& doors);

}  // namespace invoicing::rest
