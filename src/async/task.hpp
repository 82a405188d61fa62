#pragma once
// The one coroutine type of the project. A use case reads from top to bottom; whatever blocks runs
// on threads of an adapter (worker_pool.hpp) and resumes its caller on the executor it came from.
//
// Name the result of each `co_await` before branching on it, and pass named values into calls that
// are awaited: it reads better and GCC 12 miscompiles the other form (docs/decisions/compiler.md).

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace invoicing {

/// Typed on purpose: `any_io_executor` costs 0.7 µs a request on the hot path.
using Executor = boost::asio::io_context::executor_type;

/// A lazily started coroutine that runs on one io_context and yields `T`.
template <typename T>
using Task = boost::asio::awaitable<T, Executor>;

}  // namespace invoicing
