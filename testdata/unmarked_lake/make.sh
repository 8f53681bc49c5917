#!/bin/sh
# Makes this folder's lake: make.sh FLOWLAKE, a program that does not mark its tables.
set -eu
cd "$(dirname "$0")"
FLOWLAKE=$1
LOGS=$(mktemp -d)
rm -rf lake && mkdir lake
cat > lake/flowlake.toml <<'TOML'
[[log]]
table = "app"
match = "*/app/*"
format = "delimited"
separator = "|"
time = "at"
fields = [{name = "at", type = "timestamp"}, {name = "host"}, {name = "status", type = "int32"}]
TOML
flow() { echo "2 123456789012 eni-1 10.2.0.$1 10.0.0.2 $2 49152 6 10 840 17900000$1 17900000$1 ACCEPT OK"; }
mkdir "$LOGS/app"
echo '2026-09-21T06:14:11Z|web-1|200' > "$LOGS/app/a.log"
for i in 10 11 12; do flow $i 443 > "$LOGS/$i.log"; done
flow 14 443 >> "$LOGS/12.log"; flow 15 443 >> "$LOGS/12.log"; flow 12 none >> "$LOGS/12.log"
"$FLOWLAKE" ingest "$LOGS" --lake lake
flow 13 443 > "$LOGS/staged.log"
"$FLOWLAKE" ingest "$LOGS/staged.log" --stage --lake lake
rm -r "$LOGS"
