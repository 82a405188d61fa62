#include "services/common/change_observer.hpp"

#include <variant>

namespace invoicing::services {

namespace {

template <typename... Kinds>
bool is_one_of(const Event& event) {
  return (std::holds_alternative<Kinds>(event) || ...);
}

}  // namespace

void ChangeObserver::observe(const Event& event) {
  next_.observe(event);
  const auto* recorded = std::get_if<InvoiceRecorded>(&event);
  if ((recorded != nullptr && !recorded->replayed) || is_one_of<InvoiceVoided>(event)) {
    feed_.invoices_changed();
  }
  if (is_one_of<ReportSealed, ReportPublished, PublishingFailed, MailSent, MailDeferred,
                MailRefused, MailGivenUp, MessageDead, DeliveryDone>(event)) {
    feed_.reports_changed();
  }
}

}  // namespace invoicing::services
