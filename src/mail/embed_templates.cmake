# cmake -DDIRECTORY=… -DOUTPUT=… -P embed_templates.cmake
# Writes the mail templates into a C++ header, each as one raw string.

function(embed constant file out)
  file(READ "${DIRECTORY}/${file}" text)
  string(FIND "${text}" ")~mail~" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${file} holds the end mark of its own embedding: )~mail~")
  endif()
  string(LENGTH "${text}" length)
  if(length GREATER 65000)
    message(FATAL_ERROR "${file} is longer than 65000 bytes, more than every compiler takes in one string")
  endif()
  set(${out} "inline constexpr std::string_view ${constant} = R\"~mail~(${text})~mail~\";\n" PARENT_SCOPE)
endfunction()

embed(kReportSubject report.subject.mustache subject)
embed(kReportText report.txt.mustache text)
embed(kReportHtml report.html.mustache html)
file(WRITE "${OUTPUT}" "#pragma once
// Made by src/mail/embed_templates.cmake from src/mail/templates/. Do not edit.
#include <string_view>

namespace invoicing::mail::embedded {

${subject}
${text}
${html}
}  // namespace invoicing::mail::embedded
")
