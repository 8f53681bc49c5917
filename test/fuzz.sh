#!/bin/sh
# test/fuzz.sh <build folder> <seconds> [seed]
# Runs every fuzzer of a build that was configured with clang and -DFLOWLAKE_FUZZ=ON, each
# for so many seconds, with the goldens, the Lambda events and testdata/configuration as its
# corpus, the goldens also behind a byte order mark. Fails if one finds something.
# Without a seed, or with 0, each run looks somewhere else.
set -eu
build=$1
seconds=$2
seed=${3:-0}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/goldens"
for input in "$root"/test/golden/*/input.*; do
  name=$(basename "$(dirname "$input")")
  cp "$input" "$work/goldens/$name"
  # Some fuzzers take the first byte as a choice.
  for choice in '' 1; do
    { printf '%s\357\273\277' "$choice"; cat "$input"; } >"$work/goldens/mark$choice-$name"
  done
done
cp "$root"/test/lambda/events/*.json "$root"/testdata/configuration/*.toml "$work/goldens/"
found=0
for fuzzer in "$build"/src/flowlake/*_fuzz; do
  [ -x "$fuzzer" ] || continue
  found=$((found + 1))
  name=$(basename "$fuzzer")
  mkdir "$work/$name"
  if ! "$fuzzer" -seed="$seed" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
      -artifact_prefix="$build/$name-" "$work/$name" "$work/goldens" \
      >"$work/$name.log" 2>&1; then
    tail -n 60 "$work/$name.log"
    echo "$name: failed, the input is $build/$name-*"
    exit 1
  fi
  echo "$name: $(grep '^Done ' "$work/$name.log")"
done
[ "$found" -gt 0 ] || { echo "no fuzzer in $build"; exit 1; }
