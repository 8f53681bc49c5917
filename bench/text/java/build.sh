#!/bin/bash
# build.sh <folder>: compiles the article's converter into the folder, unless it is there
# already; Maven's repository is in the cache folder.
set -euo pipefail
here="$(dirname "$(readlink -f "$0")")"
mkdir -p "$1"
folder="$(readlink -f "$1")"
sources="$(find "$here" -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-12)"
[[ -e "$folder/.complete-$sources" ]] && exit 0
rm -rf "$folder"
mvn -q -B -Dstyle.color=never --strict-checksums -f "$here/pom.xml" -Dbuild.folder="$folder" \
  -Dmaven.repo.local="${FLOWLAKE_CACHE:-$HOME/.cache/flowlake}/maven" package </dev/null >&2
touch "$folder/.complete-$sources"
