#!/bin/bash
# reproducible.sh <folder>: builds the committed program twice, from nothing, in two folders of
# different names, without the compiler's cache. Fails unless both programs are the same bytes.
set -euo pipefail
folder="$1"
rm -rf "$folder"
mkdir -p "$folder"
export CCACHE_DISABLE=1
for checkout in one the-other/one; do
  git clone --quiet . "$folder/$checkout"
  (cd "$folder/$checkout"
   cmake --preset release --log-level=NOTICE
   cmake --build --preset release --target flowlake >/dev/null)
done
cmp "$folder"/{one,the-other/one}/build/release/flowlake
echo "Two builds, the same $(stat -c %s "$folder/one/build/release/flowlake") bytes"
rm -rf "$folder"
