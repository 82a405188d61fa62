#pragma once
// Sums of int64 values can leave int64: ten thousand invoices of the largest amount do. Totals are
// therefore 128 bits wide everywhere; single values stay int64.

#include <cstdint>

namespace invoicing {

__extension__ typedef __int128
    Int128;  // -Wpedantic knows no 128-bit type; every compiler we use does

}  // namespace invoicing
