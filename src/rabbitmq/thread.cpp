#include "rabbitmq/thread.hpp"

#include <cstddef>
#include <system_error>
#include <utility>

namespace invoicing::rabbitmq {

Thread::Thread(std::function<void()> work) : work_(std::move(work)) {
  constexpr std::size_t kStackBytes = std::size_t{8} << 20U;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const auto run = [](void* self) -> void* {
    static_cast<Thread*>(self)->work_();
    return nullptr;
  };
  const int error = pthread_create(&thread_, &attributes, run, this);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "starting a thread");
}

Thread::~Thread() {
  pthread_join(thread_, nullptr);
}

}  // namespace invoicing::rabbitmq
