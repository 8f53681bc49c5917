# Sets FLOWLAKE_PIP to a pip in a venv of the cache folder: Debian's own Python refuses to
# be installed into, and may have no pip at all. Defines FLOWLAKE_CACHE_DIR.
include_guard(GLOBAL)
set(_cache "$ENV{FLOWLAKE_CACHE}")
if(NOT _cache)
  set(_cache "$ENV{HOME}/.cache/flowlake")
endif()
set(FLOWLAKE_CACHE_DIR "${_cache}" CACHE PATH "where pinned packages are kept and unpacked")

# A macro, so that the caller sees FLOWLAKE_PIP; only called when a download is needed.
macro(flowlake_need_pip)
  find_package(Python3 COMPONENTS Interpreter REQUIRED)
  set(_pip_venv "${FLOWLAKE_CACHE_DIR}/pip-${Python3_VERSION}")
  set(FLOWLAKE_PIP "${_pip_venv}/bin/pip")
  file(LOCK "${FLOWLAKE_CACHE_DIR}/.lock-pip" TIMEOUT 300)
  if(NOT EXISTS "${_pip_venv}/.complete")
    execute_process(COMMAND "${Python3_EXECUTABLE}" -m venv --clear "${_pip_venv}"
                    COMMAND_ERROR_IS_FATAL ANY)
    file(TOUCH "${_pip_venv}/.complete")
  endif()
  file(LOCK "${FLOWLAKE_CACHE_DIR}/.lock-pip" RELEASE)
endmacro()
