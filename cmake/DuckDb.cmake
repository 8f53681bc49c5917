# Provides the target DuckDb::duckdb: libduckdb 1.5.5 and its C++ headers, the internal
# ones included (the scan and the file system of `query` need them).
# 1. DUCKDB_ROOT, a folder with lib/libduckdb.so and src/include of the same version
# 2. otherwise: libduckdb.so from the pinned npm package of the Node bindings and the
#    headers from the pinned Python source package, both checked by SHA-256, both kept in
#    the cache folder.
include_guard(GLOBAL)
include(Npm)

set(FLOWLAKE_DUCKDB_VERSION "1.5.5")
set(_npm_release "1.5.5-r.5")
set(_npm_sha_x86_64 86d2bda909785550e8a14a57a8a4584827aff0e268d8f1a58c3fd48559f7020e)
set(_npm_sha_aarch64 3b85f3ea438f7dc3691d7b5e6e4222ffe9127fd17885f96ca72e0c99925c348e)
set(_npm_arch_x86_64 x64)
set(_npm_arch_aarch64 arm64)
set(_sdist_sha 72f33ee57ca7595b23957671a2cc7f7fe2be0ecc2d68f63abedcfcaa3a5c1238)

function(_duckdb_import library source_root)
  add_library(DuckDb::duckdb SHARED IMPORTED GLOBAL)
  set_target_properties(DuckDb::duckdb PROPERTIES
    IMPORTED_LOCATION "${library}"
    IMPORTED_SONAME "libduckdb.so"
    INTERFACE_INCLUDE_DIRECTORIES
      "${source_root}/src/include;${source_root}/extension/parquet/include;${source_root}/third_party/parquet;${source_root}/third_party/thrift;${source_root}/third_party/fastpforlib")
endfunction()

set(DUCKDB_ROOT "$ENV{DUCKDB_ROOT}" CACHE PATH "an unpacked DuckDB ${FLOWLAKE_DUCKDB_VERSION}")
if(DUCKDB_ROOT)
  _duckdb_import("${DUCKDB_ROOT}/lib/libduckdb.so" "${DUCKDB_ROOT}")
  message(STATUS "DuckDB: installed, ${DUCKDB_ROOT}")
  return()
endif()

set(_arch "${CMAKE_SYSTEM_PROCESSOR}")
if(NOT DEFINED _npm_arch_${_arch})
  message(FATAL_ERROR "no pinned DuckDB for ${_arch}; set DUCKDB_ROOT")
endif()
set(_downloads "${FLOWLAKE_CACHE_DIR}/wheels")
set(_root "${FLOWLAKE_CACHE_DIR}/duckdb-${FLOWLAKE_DUCKDB_VERSION}-${_arch}")
set(_package "duckdb-node-bindings-linux-${_npm_arch_${_arch}}-${_npm_release}.tgz")
set(_sdist "duckdb-${FLOWLAKE_DUCKDB_VERSION}.tar.gz")

if(NOT EXISTS "${_root}/.complete")
  file(MAKE_DIRECTORY "${_downloads}")
  file(LOCK "${_downloads}/.lock-duckdb" GUARD FILE TIMEOUT 300)
  flowlake_npm_pack("@duckdb/node-bindings-linux-${_npm_arch_${_arch}}@${_npm_release}"
                    "${_downloads}" "${_package}")
  flowlake_check_sha("${_downloads}/${_package}" "${_npm_sha_${_arch}}")
  if(NOT EXISTS "${_downloads}/${_sdist}")
    flowlake_need_pip()
    message(STATUS "DuckDB: pip download ${_sdist}")
    execute_process(
      COMMAND "${FLOWLAKE_PIP}" download -q --no-binary duckdb --no-deps
              -d "${_downloads}" "duckdb==${FLOWLAKE_DUCKDB_VERSION}"
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
  flowlake_check_sha("${_downloads}/${_sdist}" "${_sdist_sha}")
  file(REMOVE_RECURSE "${_root}")
  file(ARCHIVE_EXTRACT INPUT "${_downloads}/${_package}" DESTINATION "${_root}/npm"
       PATTERNS "package/libduckdb.so" "package/LICENSE")
  set(_in "duckdb-${FLOWLAKE_DUCKDB_VERSION}/external/duckdb")
  file(ARCHIVE_EXTRACT INPUT "${_downloads}/${_sdist}" DESTINATION "${_root}/sdist"
       PATTERNS "${_in}/src/include/*" "${_in}/extension/parquet/include/*"
                "${_in}/third_party/parquet/*" "${_in}/third_party/thrift/*"
                "${_in}/third_party/fastpforlib/*" "${_in}/LICENSE")
  file(TOUCH "${_root}/.complete")
endif()

_duckdb_import("${_root}/npm/package/libduckdb.so"
               "${_root}/sdist/duckdb-${FLOWLAKE_DUCKDB_VERSION}/external/duckdb")
message(STATUS "DuckDB: ${FLOWLAKE_DUCKDB_VERSION} in ${_root}")
