# Libraries of the distribution. Why each, and what it drags in: doc/dependencies.md.
include_guard(GLOBAL)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(GTest REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)

# The header and the library of a package that ships no CMake configuration.
function(flowlake_find_library target header library)
  find_path(${target}_INCLUDE "${header}" REQUIRED)
  find_library(${target}_LIBRARY "${library}" REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${${target}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${target}_INCLUDE}")
endfunction()
flowlake_find_library(isal "isa-l/igzip_lib.h" isal)
flowlake_find_library(xxhash "xxhash.h" xxhash)
flowlake_find_library(pugixml "pugixml.hpp" pugixml)
flowlake_find_library(microhttpd "microhttpd.h" microhttpd)
flowlake_find_library(edit "editline/readline.h" edit)
find_path(FLOWLAKE_TOMLPLUSPLUS "toml++/toml.h" REQUIRED)  # headers only
