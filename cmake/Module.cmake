# flowlake_module(<name> [DEPENDS <module>…] [LINK <library>…])
# One folder of src/flowlake is one static library flowlake_<name>. Its sources are the
# folder's *.cc; *_test.cc become the program flowlake_<name>_test, so that a test beside
# the code is always in the build; each *_fuzz.cc becomes a fuzzer and
# each *_benchmark.cc a benchmark of its own (-DFLOWLAKE_FUZZ=ON, -DFLOWLAKE_BENCHMARK=ON).
include_guard(GLOBAL)
option(FLOWLAKE_BENCHMARK "build the benchmarks (needs Google Benchmark)" OFF)
function(flowlake_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LINK" ${ARGN})
  set(folder "${CMAKE_SOURCE_DIR}/src/flowlake/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
  file(GLOB tests CONFIGURE_DEPENDS "${folder}/*_test.cc")
  file(GLOB fuzzers CONFIGURE_DEPENDS "${folder}/*_fuzz.cc")
  file(GLOB benchmarks CONFIGURE_DEPENDS "${folder}/*_benchmark.cc")
  list(REMOVE_ITEM sources ${tests} ${fuzzers} ${benchmarks} "${folder}/main.cc")
  list(TRANSFORM arg_DEPENDS PREPEND flowlake_)
  add_library(flowlake_${name} STATIC ${sources})
  target_link_libraries(flowlake_${name}
    PUBLIC flowlake_compiler Arrow::arrow_shared ${arg_DEPENDS} ${arg_LINK})

  if(tests)
    add_executable(flowlake_${name}_test ${tests})
    target_link_libraries(flowlake_${name}_test
      PRIVATE flowlake_${name} GTest::gmock GTest::gtest_main)
    set_property(GLOBAL APPEND PROPERTY FLOWLAKE_UNIT_TESTS flowlake_${name}_test)
    # Half the time of compiling them; what they test stays optimised.
    target_compile_options(flowlake_${name}_test PRIVATE -O0 -g1)
    # Sanitizers slow the models down most, and a slow machine must not fail them.
    set(seconds 300)
    if(FLOWLAKE_SANITIZE)
      set(seconds 900)
    endif()
    # Tests read testdata/ and test/golden/ relative to the checkout.
    gtest_discover_tests(flowlake_${name}_test
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" TEST_PREFIX "${name}." PROPERTIES TIMEOUT ${seconds} LABELS unit DISCOVERY_TIMEOUT 60)
  endif()
  if(FLOWLAKE_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(fuzz_name "${fuzzer}" NAME_WE)
      add_executable(${fuzz_name} "${fuzzer}")
      target_link_libraries(${fuzz_name} PRIVATE flowlake_${name})
      target_link_options(${fuzz_name} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY FLOWLAKE_FUZZERS ${fuzz_name})
    endforeach()
  endif()
  if(FLOWLAKE_BENCHMARK)
    find_package(benchmark REQUIRED)
    foreach(source ${benchmarks})
      get_filename_component(benchmark_name "${source}" NAME_WE)
      add_executable(${benchmark_name} "${source}")
      target_link_libraries(${benchmark_name}
        PRIVATE flowlake_${name} benchmark::benchmark_main)
    endforeach()
  endif()
endfunction()
