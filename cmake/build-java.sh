#!/bin/bash
# build-java.sh <sources> <folder>: builds the Maven project of the sources into the folder, as
# classes and lib, unless it is there already; Maven's repository is in the cache folder.
set -euo pipefail
sources="$(readlink -f "$1")"
mkdir -p "$2"
folder="$(readlink -f "$2")"
state="$(find "$sources" -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-12)"
[[ -e "$folder/.complete-$state" ]] && exit 0
rm -rf "$folder"
mvn -q -B -Dstyle.color=never --strict-checksums -f "$sources/pom.xml" -Dbuild.folder="$folder" \
  -Dmaven.repo.local="${FLOWLAKE_CACHE:-$HOME/.cache/flowlake}/maven" package </dev/null >&2
touch "$folder/.complete-$state"
