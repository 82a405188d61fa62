#pragma once
// Runs a task to its end on an io_context of its own.

#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>

#include "async/task.hpp"

namespace invoicing::mail {

template <typename T>
T run_task(Task<T> task) {
  boost::asio::io_context context(1);
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(context.get_executor(), std::move(task),
                        [&](std::exception_ptr error, T value) {
                          failure = error;
                          result.emplace(std::move(value));
                        });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(result).value();
}

}  // namespace invoicing::mail
