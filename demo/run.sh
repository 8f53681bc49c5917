#!/bin/bash
# run.sh <flowlake> <folder>: the sample logs of this repository and a generated day go into
# a new lake in the folder; the article's six queries come out. Rebuilt on every run.
set -euo pipefail
flowlake="$(readlink -f "$1")"
folder="$2"
source="$(dirname "$(readlink -f "$0")")/.."
samples="$source/testdata"
queries="$source/test/sql/article.sql"

heading() { printf '\n\e[1m%s\e[0m\n' "$1"; }
[[ -t 1 ]] || heading() { printf '\n== %s\n' "$1"; }

rm -rf "$folder"
mkdir -p "$folder"
export FLOWLAKE_LAKE="$folder/lake"

heading "The sample logs of testdata/"
"$flowlake" ingest "$samples"/*.log "$samples"/*.parquet

heading "A generated day: 1,000,000 records of version 5"
"$flowlake" generate --version 5 --records 1000000 --day 2026-09-21 --gzip \
  --output "$folder/day.log.gz"
"$flowlake" ingest "$folder/day.log.gz"

heading "The lake"
"$flowlake" info

while IFS= read -r statement; do
  [[ -z "$statement" || "$statement" == --* ]] && continue
  heading "$statement"
  "$flowlake" query "$statement" 2>&1
done <"$queries"

heading "The lake is in $folder/lake. Ask it something:"
echo "FLOWLAKE_LAKE=$folder/lake $1 query \"SELECT protocol_name(protocol), sum(bytes) FROM vpc_flow GROUP BY 1 ORDER BY 2 DESC\""
