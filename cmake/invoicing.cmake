# The two shapes of target that this tree knows: a library per folder of src/, a program per test folder.

set(INVOICING_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Werror)

# invoicing_library(NAME SOURCES a.cpp ... PUBLIC targets ... PRIVATE targets ...)
# A folder of src/ as a static library (an interface library where it has headers only).
function(invoicing_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;PUBLIC;PRIVATE")
  set(target invoicing_${name})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    target_compile_options(${target} PRIVATE ${INVOICING_WARNINGS})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
  endif()
endfunction()

# `ninja invoicing_tests` builds every test program and nothing that no test needs.
add_custom_target(invoicing_tests)

# Folders of tests/ that this build leaves out, as unit/domain; the preset tsan names those without threads.
set(INVOICING_TESTS_LEFT_OUT "" CACHE STRING "Folders of tests/ that are not built")

# invoicing_test(NAME SOURCES a_test.cpp ... LIBRARIES targets ... LABEL unit|contract)
# A GoogleTest program; ctest knows each of its cases by name.
function(invoicing_test name)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  if(folder IN_LIST INVOICING_TESTS_LEFT_OUT)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LABEL" "SOURCES;LIBRARIES")
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${INVOICING_WARNINGS})
  add_dependencies(invoicing_tests ${name})
  include(GoogleTest)
  gtest_discover_tests(${name} TEST_PREFIX ${ARG_LABEL}. DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS ${ARG_LABEL})
endfunction()

# invoicing_embed(TARGET file kConstant folder/header.hpp)
# Makes the bytes of a file of the tree available to TARGET as the string_view invoicing::embedded::kConstant in "folder/header.hpp".
function(invoicing_embed target file constant header)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/generated/${header})
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DCONSTANT=${constant} -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()

# invoicing_embed_page(TARGET folder)
# Builds the page in `folder` with npm and compiles its files, compressed, into TARGET: see rest/page_assets.hpp.
function(invoicing_embed_page target folder)
  if(NOT INVOICING_NPM)
    message(FATAL_ERROR "INVOICING_WEB is ON but there is no npm: install nodejs and npm, or say -DINVOICING_WEB=OFF")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/src/*)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/generated/page_assets.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${folder}/build ${output}
    DEPENDS ${sources} ${folder}/build ${folder}/embed.mjs ${folder}/index.html ${folder}/package-lock.json
            ${folder}/vite.config.ts
    COMMENT "Building the page" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
