#pragma once
// A start of the standalone program, and a folder that goes away with the test.

#include <filesystem>
#include <string>
#include <vector>

#include "ops/command_line.hpp"

namespace invoicing::ops::test {

using Words = std::vector<std::string>;

/// invoice-standalone as far as its command line goes.
ProgramInfo standalone();

/// The same commands under the name of another program.
ProgramInfo program(Program which);

/// Fails the test, with the text of the early exit, unless the start can go on.
CommandLine start(const Words& arguments, const Environment& environment = {});

/// The early exit; fails the test unless there is one.
EarlyExit early_exit(const Words& arguments, const Environment& environment = {});

/// The line of a bad start. Fails the test unless the code is 2 and the text one line that begins
/// with the program's name; returns it without name and line feed.
std::string bad_start(const Words& arguments, const Environment& environment = {});

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& content) const;
  std::filesystem::path path;
};

}  // namespace invoicing::ops::test
