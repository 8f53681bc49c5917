# Provides the target blake3: the official C implementation of BLAKE3 1.3.1 with its assembly
# for SSE2, SSE4.1, AVX2 and AVX-512 or its intrinsics for NEON; which one runs is decided
# on the machine that runs it. Its sources are those in the pinned npm package of the native
# Node bindings, checked by SHA-256 and kept in the cache folder.
include_guard(GLOBAL)
include(Npm)

set(FLOWLAKE_BLAKE3_VERSION "1.3.1")
set(_npm_name "@c4312/blake3-native")
set(_npm_release "3.0.0")
set(_npm_sha 6e8162da74155b86efadcef1b2c617d6dc42f06676e841281867e33143a1937e)
set(_package "c4312-blake3-native-${_npm_release}.tgz")
set(_downloads "${FLOWLAKE_CACHE_DIR}/wheels")
set(_root "${FLOWLAKE_CACHE_DIR}/blake3-${FLOWLAKE_BLAKE3_VERSION}")

if(NOT EXISTS "${_root}/.complete")
  file(MAKE_DIRECTORY "${_downloads}")
  file(LOCK "${_downloads}/.lock-blake3" GUARD FILE TIMEOUT 300)
  flowlake_npm_pack("${_npm_name}@${_npm_release}" "${_downloads}" "${_package}")
  flowlake_check_sha("${_downloads}/${_package}" "${_npm_sha}")
  file(REMOVE_RECURSE "${_root}")
  file(ARCHIVE_EXTRACT INPUT "${_downloads}/${_package}" DESTINATION "${_root}"
       PATTERNS "package/c/*")
  file(TOUCH "${_root}/.complete")
endif()

set(_c "${_root}/package/c")
set(_sources "${_c}/blake3.c" "${_c}/blake3_dispatch.c" "${_c}/blake3_portable.c")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  foreach(_set sse2 sse41 avx2 avx512)
    list(APPEND _sources "${_c}/blake3_${_set}_x86-64_unix.S")
  endforeach()
else()
  list(APPEND _sources "${_c}/blake3_neon.c")
endif()
add_library(blake3 STATIC ${_sources})
target_include_directories(blake3 SYSTEM INTERFACE "${_c}")
# As fast in a build for debugging or with sanitizers: it is not what these look at.
target_compile_options(blake3 PRIVATE $<$<COMPILE_LANGUAGE:C>:-O3 -w>)
message(STATUS "BLAKE3: ${FLOWLAKE_BLAKE3_VERSION} in ${_root}")
