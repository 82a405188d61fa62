#pragma once
// Result<T>: a value or an Error, hidden behind one header so that std::expected can take its place
// with C++23. Test with `if (!r)`, read with `*r`, `r->`, `r.error()`; hand an error on with
// `return r.error();`.

#include <boost/system/result.hpp>

#include "domain/error.hpp"

namespace invoicing {

template <typename T>
using Result = boost::system::result<T, Error>;

}  // namespace invoicing
