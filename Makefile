# flowlake. `make` lists the targets; CMake does the work, one preset per build folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-engines test-arm64 bench bench-lambda bench-serve package package-arm64 soak storm budget sanitize fuzz clang tidy threads \
  reproducible nightly format format-check clean

FUZZ_SECONDS ?= 10
FUZZ_SEED ?= 0
# One version: they disagree about where lines break.
CLANG_FORMAT := clang-format-14
INSTALL := cmake/install-packages.sh
SPARK := $(if $(filter all,$(ENGINES)),spark)
# What runs threads of its own.
THREADED := store ingest table compact query server
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
SOURCES := git ls-files 'src/*.h' 'src/*.cc'

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## install the packages that are missing, those of the checks included
	@$(INSTALL) build test check
	@test/python_environment.sh >/dev/null

build: ## build the release: build/release/flowlake
	@$(INSTALL) build
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release --target flowlake

demo: build ## sample logs and a day of a million records in, the article's six answers out
	@demo/run.sh build/release/flowlake build/demo

test: ## build and run every test; the last line says how many passed
	@$(INSTALL) build test
	@python="$$(test/python_environment.sh)"; \
	deploy_python="$$(test/python_environment.sh test/deploy)"; \
	cmake --preset release --log-level=NOTICE -DFLOWLAKE_TEST_PYTHON="$$python" \
	  -DFLOWLAKE_DEPLOY_PYTHON="$$deploy_python"
	@cmake --build --preset release
	@test/run.sh build/release -LE 'real_engines|spark'

test-engines: build ## the lake through real engines: Trino, ClickHouse, delta-rs, Polars on S3; ENGINES=all: Spark, too
	@$(INSTALL) build test engines $(SPARK)
	@$(if $(SPARK),cmake/build-java.sh test/spark/java build/spark)
	@python="$$(test/python_environment.sh test/real_engines)"; \
	cmake --preset release --log-level=NOTICE -DFLOWLAKE_ENGINES_PYTHON="$$python" \
	  -DFLOWLAKE_SPARK="$(if $(SPARK),$(CURDIR)/build/spark)"
	@cmake --build --preset release --target flowlake
	@test/run.sh build/release -L 'real_engines$(if $(SPARK),|spark)'

bench: build ## measure against the peers, into bench/results.md; QUICK=1: in three minutes
	@$(INSTALL) bench
	@python="$$(test/python_environment.sh bench)"; \
	cmake/build-java.sh bench/text/java build/bench/java; \
	FLOWLAKE_BENCH_JAVA=build/bench/java PYTHONDONTWRITEBYTECODE=1 \
	"$$python" bench/run.py $(if $(QUICK),--quick) $(TASKS)

test-arm64: ## build for AArch64 and run the tests of the modules and the program under QEMU
	@$(INSTALL) build test arm64
	@cmake/arm64-sysroot.sh >/dev/null
	@python="$$(test/python_environment.sh)"; \
	cmake --preset arm64 --log-level=NOTICE -DFLOWLAKE_TEST_PYTHON="$$python"
	@cmake --build --preset arm64
	@echo 'Left out: the model of a lake in memory, 3,200 steps, seven minutes under QEMU; that on disk runs'
	@test/run.sh build/arm64 -L 'unit|cli|engines' -E LakeModelTest.InMemory

package: build ## build/package: the Lambda function's zip, a tarball and a .deb, with their libraries
	@cmake --build --preset release --target flowlake_lambda_program
	@cmake/package-lambda.sh build/release build/package/flowlake-lambda.zip
	@cmake/package-program.sh build/release build/package

package-arm64: ## the same for AArch64 (Graviton), built on x86-64
	@$(INSTALL) build arm64
	@FLOWLAKE_SYSROOT="$$(cmake/arm64-sysroot.sh)"; export FLOWLAKE_SYSROOT; \
	cmake --preset arm64 --log-level=NOTICE; \
	cmake --build --preset arm64 --target flowlake flowlake_lambda_program; \
	cmake/package-lambda.sh build/arm64 build/package/flowlake-lambda-arm64.zip; \
	cmake/package-program.sh build/arm64 build/package

bench-lambda: package ## cold start and memory of the packed function, also with Lambda's CPU share
	@PYTHONDONTWRITEBYTECODE=1 python3 bench/lambda/run.py

bench-serve: build ## what `flowlake serve` takes of Firehose, acknowledged and into the lake
	@PYTHONDONTWRITEBYTECODE=1 "$$(test/python_environment.sh)" bench/serve/run.py

soak: build ## stream SOAK_RECORDS (1 billion) records in, into bench/results.md
	@PYTHONDONTWRITEBYTECODE=1 python3 bench/soak/run.py

budget: build ## record the instructions per record that test/performance allows
	@$(INSTALL) test
	@FLOWLAKE_BINARY=build/release/flowlake PYTHONPATH=test/support PYTHONDONTWRITEBYTECODE=1 \
	python3 test/performance/instruction_budget_test.py --record

sanitize: ## the unit tests under AddressSanitizer and UBSan
	@$(INSTALL) build test check
	@cmake --preset sanitize --log-level=NOTICE
	@cmake --build --preset sanitize --target unit_tests
	@test/run.sh build/sanitize -L unit

fuzz: ## each fuzzer for FUZZ_SECONDS (10), by FUZZ_SEED (another each time)
	@$(INSTALL) build check
	@cmake --preset sanitize --log-level=NOTICE
	@cmake --build --preset sanitize --target fuzzers
	@test/fuzz.sh build/sanitize $(FUZZ_SECONDS) $(FUZZ_SEED)

clang: ## build the release with clang
	@$(INSTALL) build check
	@cmake --preset clang --log-level=NOTICE
	@cmake --build --preset clang --target flowlake

tidy: ## clang's warnings and clang-tidy on the sources; SINCE=<commit>: on those changed since
	@$(INSTALL) build check
	@cmake --preset clang --log-level=NOTICE
	@PYTHONDONTWRITEBYTECODE=1 python3 cmake/tidy.py build/clang $(SINCE)

threads: ## the unit tests of what has threads under ThreadSanitizer
	@$(INSTALL) build test check
	@cmake --preset threads --log-level=NOTICE
	@cmake --build --preset threads --target $(THREADED:%=flowlake_%_test)
	@TSAN_OPTIONS="suppressions=$(CURDIR)/test/threads.supp history_size=4" \
	  test/run.sh build/threads -L unit -R '^($(subst $(SPACE),|,$(THREADED)))\.'

reproducible: ## build the program twice, in two folders, from nothing: the same bytes
	@$(INSTALL) build
	@cmake/reproducible.sh build/reproducible

storm: build ## 10,000 commits by 20 writers while 30 % of the requests fail
	@$(INSTALL) test
	@FLOWLAKE_BINARY=build/release/flowlake PYTHONPATH=test/support PYTHONDONTWRITEBYTECODE=1 \
	FLOWLAKE_STORM="20 10000 0.3" $$(test/python_environment.sh) test/s3/failing_store_test.py AStorm

nightly: ## what takes hours: .ci/run's steps with more time, every engine, clang, threads, a storm, soak
	@$(MAKE) clang
	@$(MAKE) threads
	@$(MAKE) test-engines ENGINES=all
	@$(MAKE) reproducible
	@$(MAKE) fuzz FUZZ_SECONDS=300 FUZZ_SEED=0
	@$(MAKE) storm
	@$(MAKE) soak SOAK_RECORDS=$${SOAK_RECORDS:-100000000}

format: ## clang-format the sources in place
	@$(INSTALL) check
	@$(SOURCES) | xargs $(CLANG_FORMAT) -i

format-check: ## fail where clang-format would change something
	@$(INSTALL) check
	@$(SOURCES) | xargs $(CLANG_FORMAT) --dry-run --Werror

clean: ## remove what was built; the cache folder stays
	@rm -rf build
