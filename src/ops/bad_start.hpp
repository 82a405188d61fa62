#pragma once
// Inside ops only: how the steps that read options give up. command_line.cpp turns either into the
// one line of an exit with code 2.

#include <stdexcept>
#include <string>

namespace invoicing::ops {

/// A value cannot be used. The text says what is wrong and how to write it, not where it stands.
class BadValue : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The start cannot go on. The text names the place, the fault and the cure.
class BadStart : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace invoicing::ops
