#pragma once
// What a process says when it cannot go on: one line of the log, so that nobody has to guess from a
// missing process.

#include <string_view>

namespace invoicing::ops {

/// From now on an exception that nobody catches and a fatal signal (SIGSEGV, SIGBUS, SIGFPE,
/// SIGILL, SIGTRAP, SIGABRT) write a last line to the log, "ended by a fault" with the reason. Out
/// of memory then ends the process with code 1, any other exception by SIGABRT, a signal by itself.
/// Nothing is unwound and nothing is flushed: what must survive has to be on the disk already.
/// Call it once, first of all; before log::start the line is text.
void install_last_words();

namespace log {

/// The last line, in the form that log::start chose. Allocates nothing, takes no lock, may be
/// called in a signal handler. `reason` is cut at 200 bytes, and what a line cannot hold becomes
/// '?'.
void write_last(std::string_view reason) noexcept;

}  // namespace log
}  // namespace invoicing::ops
