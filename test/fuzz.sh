#!/bin/sh
# test/fuzz.sh <build folder> <seconds>
# Runs every fuzzer of a build that was configured with clang and -DFLOWLAKE_FUZZ=ON, each
# for so many seconds, with the goldens and the Lambda events as its
# corpus. Fails if one finds something.
set -eu
build=$1
seconds=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/goldens"
for input in "$root"/test/golden/*/input.*; do
  cp "$input" "$work/goldens/$(basename "$(dirname "$input")")"
done
cp "$root"/test/lambda/events/*.json "$work/goldens/"
found=0
for fuzzer in "$build"/src/flowlake/*_fuzz; do
  [ -x "$fuzzer" ] || continue
  found=$((found + 1))
  name=$(basename "$fuzzer")
  mkdir "$work/$name"
  if ! "$fuzzer" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
      -artifact_prefix="$build/$name-" "$work/$name" "$work/goldens" \
      >"$work/$name.log" 2>&1; then
    tail -n 60 "$work/$name.log"
    echo "$name: failed, the input is $build/$name-*"
    exit 1
  fi
  echo "$name: $(grep '^Done ' "$work/$name.log")"
done
[ "$found" -gt 0 ] || { echo "no fuzzer in $build"; exit 1; }
