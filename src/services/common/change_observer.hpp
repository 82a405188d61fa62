#pragma once
// Tells the feed of GET /events what this process has done itself.

#include "ports/observer.hpp"
#include "rest/change_feed.hpp"

namespace invoicing::services {

/// Hands every event on to `next` as well. Thread-safe if that is; both outlive it.
class ChangeObserver final : public Observer {
 public:
  ChangeObserver(Observer& next, rest::ChangeFeed& feed) : next_(next), feed_(feed) {}

  void observe(const Event& event) override;

 private:
  Observer& next_;
  rest::ChangeFeed& feed_;
};

}  // namespace invoicing::services
