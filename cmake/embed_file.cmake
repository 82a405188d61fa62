# cmake -DINPUT=file -DCONSTANT=kName -DOUTPUT=header -P embed_file.cmake
# A file of any size as bytes of a C++ header (string literals have a length limit, arrays do not).
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
get_filename_component(name "${INPUT}" NAME)
file(WRITE "${OUTPUT}" "#pragma once
// Made by cmake/embed_file.cmake from ${name}. Do not edit.
#include <string_view>

namespace invoicing::embedded {

inline constexpr char ${CONSTANT}Bytes[] = {
${bytes}};
inline constexpr std::string_view ${CONSTANT}{${CONSTANT}Bytes, sizeof(${CONSTANT}Bytes)};

}  // namespace invoicing::embedded
")
