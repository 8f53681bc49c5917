# Warnings, optimisation and sanitizers: one interface target that every module links.
include_guard(GLOBAL)
add_library(flowlake_compiler INTERFACE)
target_compile_options(flowlake_compiler INTERFACE
  -Wall -Wextra -Wconversion $<$<BOOL:${FLOWLAKE_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)  # base/mutex.h
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # The oldest machine that users have; anything newer is chosen at run time.
  target_compile_options(flowlake_compiler INTERFACE -march=x86-64-v2)
endif()
target_include_directories(flowlake_compiler INTERFACE
  "${CMAKE_SOURCE_DIR}/src" "${CMAKE_BINARY_DIR}/generated")
if(FLOWLAKE_SANITIZE)
  # Warnings are the release's and clang-tidy's business; clang has more of them for tests.
  target_compile_options(flowlake_compiler INTERFACE -Wno-sign-conversion
    -DFLOWLAKE_DEBUG_CHECKS
    -fsanitize=${FLOWLAKE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(flowlake_compiler INTERFACE -fsanitize=${FLOWLAKE_SANITIZE})
endif()
if(FLOWLAKE_FUZZ)  # the counters that guide libFuzzer
  target_compile_options(flowlake_compiler INTERFACE -O1 -fsanitize=fuzzer-no-link)
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# Lines for stack traces and profilers; variables and types would cost a quarter of the time
# that the compiler takes.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# One cache for all checkouts: an object depends on the sources, not on the folder that they
# lie in. Paths below the checkout reach the compiler relative to it, and its debug
# information names them as `./src/…`.
target_compile_options(flowlake_compiler INTERFACE
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    "${CCACHE_PROGRAM}")
endif()
