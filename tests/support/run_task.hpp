#pragma once
// Runs a coroutine to its end inside a test.

#include <exception>
#include <future>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "async/task.hpp"

namespace invoicing::testing {

/// Runs `task` on `io`, on the calling thread, until it is done; other work of `io` runs meanwhile.
/// Rethrows what it throws. Not to be called from inside a coroutine.
template <typename T>
T run(boost::asio::io_context& io, Task<T> task) {
  std::exception_ptr failure;
  std::optional<T> value;
  bool done = false;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T result) {
    failure = error;
    if (!error) value.emplace(std::move(result));
    done = true;
  });
  io.restart();
  while (!done && io.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
  return std::move(value).value();
}

inline void run(boost::asio::io_context& io, Task<void> task) {
  std::exception_ptr failure;
  bool done = false;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
    failure = error;
    done = true;
  });
  io.restart();
  while (!done && io.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace invoicing::testing
