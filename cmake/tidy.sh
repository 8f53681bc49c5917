#!/bin/bash
# tidy.sh <build folder> [commit]: clang-tidy with .clang-tidy's checks on all sources but
# tests, or on those that changed since a commit. The build folder is one that clang configured.
set -euo pipefail
build="$1"
since="${2:-}"
if [[ -n "$since" ]]; then
  sources="$(git diff --name-only --diff-filter=d "$since" -- 'src/*.cc')"
else
  sources="$(git ls-files 'src/*.cc')"
fi
# Fuzzers are not in this build; tests are mostly the macros of gtest.
sources="$(grep -vE '_(fuzz|test|benchmark)\.cc$' <<<"$sources" || true)"
[[ -n "$sources" ]] || exit 0
xargs -n 2 -P "$(nproc)" clang-tidy -p "$build" --quiet <<<"$sources"
