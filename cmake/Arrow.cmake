# Provides the targets Arrow::arrow_shared and Parquet::parquet_shared
# (+ ArrowS3::arrow_s3_shared, ArrowCompute::arrow_compute_shared,
#    ArrowAcero::arrow_acero_shared, ArrowDataset::arrow_dataset_shared).
# 1. find_package(Arrow CONFIG) + find_package(Parquet CONFIG)
# 2. otherwise: pinned pyarrow wheel, sha256-checked, unpacked in a cache folder.
include_guard(GLOBAL)
include(Pip)

set(FLOWLAKE_PYARROW_VERSION "26.0.1" CACHE STRING "pinned pyarrow wheel")
option(FLOWLAKE_ARROW_FORCE_WHEEL "do not look for an installed Arrow" OFF)

set(_fl_sha_x86_64  39cb0f2418282c24bea6ceda77b03e5a8f0a5766b63a8bf194d4e2a2c423548c)
set(_fl_sha_aarch64 22a96a225de107eb9acd1ad9a818198ca832df2a4c0952412f754a7ed2105a98)

if(NOT FLOWLAKE_ARROW_FORCE_WHEEL)
  find_package(Arrow 26 CONFIG QUIET)
  find_package(Parquet 26 CONFIG QUIET)
  if(TARGET Arrow::arrow_shared AND TARGET Parquet::parquet_shared)
    message(STATUS "Arrow: installed ${Arrow_VERSION} (${Arrow_DIR})")
    set(FLOWLAKE_ARROW_RPATH "")
    return()
  endif()
endif()

set(_fl_arch "${CMAKE_SYSTEM_PROCESSOR}")
if(NOT _fl_arch MATCHES "^(x86_64|aarch64)$")
  message(FATAL_ERROR "no pinned pyarrow wheel for ${_fl_arch}; install Arrow C++ yourself")
endif()
set(_fl_whl  "pyarrow-${FLOWLAKE_PYARROW_VERSION}-cp311-cp311-manylinux_2_28_${_fl_arch}.whl")
set(_fl_dl   "${FLOWLAKE_CACHE_DIR}/wheels")
set(_fl_root "${FLOWLAKE_CACHE_DIR}/pyarrow-${FLOWLAKE_PYARROW_VERSION}-${_fl_arch}")
if(NOT EXISTS "${_fl_root}/.complete")
  file(MAKE_DIRECTORY "${_fl_dl}")
  # one configure at a time may fill the cache
  file(LOCK "${_fl_dl}/.lock" GUARD FILE TIMEOUT 300)
  if(NOT EXISTS "${_fl_dl}/${_fl_whl}")
    flowlake_need_pip()
    message(STATUS "Arrow: pip download ${_fl_whl}")
    execute_process(
      COMMAND "${FLOWLAKE_PIP}" download --no-deps --only-binary=:all:
              --platform manylinux_2_28_${_fl_arch} --implementation cp
              --python-version 3.11 --abi cp311
              -d "${_fl_dl}" "pyarrow==${FLOWLAKE_PYARROW_VERSION}"
      RESULT_VARIABLE _rc OUTPUT_VARIABLE _out ERROR_VARIABLE _err)
    if(NOT _rc EQUAL 0)
      message(FATAL_ERROR "pip download failed (${_rc}):\n${_out}\n${_err}\n"
        "Put ${_fl_whl} into ${_fl_dl} by hand, or install Arrow C++ >= 26.")
    endif()
  endif()
  file(SHA256 "${_fl_dl}/${_fl_whl}" _sha)
  if(NOT _sha STREQUAL "${_fl_sha_${_fl_arch}}")
    file(REMOVE "${_fl_dl}/${_fl_whl}")  # it may be half a download
    message(FATAL_ERROR "${_fl_whl}: sha256 ${_sha}, expected ${_fl_sha_${_fl_arch}}")
  endif()
  file(REMOVE_RECURSE "${_fl_root}")
  file(ARCHIVE_EXTRACT INPUT "${_fl_dl}/${_fl_whl}" DESTINATION "${_fl_root}"
       PATTERNS "pyarrow/include/*" "pyarrow/libarrow*.so.*" "pyarrow/libparquet*.so.*"
                "*.dist-info/*")
  file(TOUCH "${_fl_root}/.complete")
endif()

set(FLOWLAKE_ARROW_LIBDIR "${_fl_root}/pyarrow")
set(FLOWLAKE_ARROW_RPATH "${FLOWLAKE_ARROW_LIBDIR}")
set(_fl_inc "${FLOWLAKE_ARROW_LIBDIR}/include")
file(STRINGS "${_fl_inc}/arrow/util/config.h" _l REGEX "ARROW_SO_VERSION")
string(REGEX MATCH "\"([0-9]+)\"" _ "${_l}")
set(_fl_so "${CMAKE_MATCH_1}")

# usage: _fl_import(<target> <lib> <deps...>)
function(_fl_import tgt lib)
  set(_p "${FLOWLAKE_ARROW_LIBDIR}/lib${lib}.so.${_fl_so}")
  if(NOT EXISTS "${_p}")
    return()
  endif()
  add_library(${tgt} SHARED IMPORTED GLOBAL)
  set_target_properties(${tgt} PROPERTIES
    IMPORTED_LOCATION "${_p}"
    IMPORTED_SONAME   "lib${lib}.so.${_fl_so}"
    INTERFACE_INCLUDE_DIRECTORIES "${_fl_inc}"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()
_fl_import(Arrow::arrow_shared                 arrow)
_fl_import(Parquet::parquet_shared             parquet         Arrow::arrow_shared)
_fl_import(ArrowS3::arrow_s3_shared            arrow_s3        Arrow::arrow_shared)
_fl_import(ArrowCompute::arrow_compute_shared  arrow_compute   Arrow::arrow_shared)
_fl_import(ArrowAcero::arrow_acero_shared      arrow_acero     ArrowCompute::arrow_compute_shared)
_fl_import(ArrowDataset::arrow_dataset_shared  arrow_dataset   ArrowAcero::arrow_acero_shared Parquet::parquet_shared)
message(STATUS "Arrow: pyarrow wheel ${FLOWLAKE_PYARROW_VERSION} in ${FLOWLAKE_ARROW_LIBDIR}")
