#!/bin/bash
# pack-libraries.sh <program> <folder>: copies a program and every library that it needs, the C
# library and its loader among them, so that the folder runs on any Linux with a kernel that is new
# enough: <folder>/<program>, <folder>/lib/…, <folder>/lib/loader. Then checks with readelf that
# nothing is missing.
# FLOWLAKE_SYSROOT: the program is for AArch64, its libraries are there, QEMU asks its loader.
set -euo pipefail
sysroot="${FLOWLAKE_SYSROOT:-}"
program="$1"
folder="$2"
name="$(basename "$program")"
mkdir -p "$folder/lib"

loader="$(readelf -l "$program" | sed -nE 's/.*program interpreter: (.*)\]/\1/p')"
if [[ -n "$sysroot" ]]; then
  strip=aarch64-linux-gnu-strip
  list=(qemu-aarch64 -L "$sysroot" "$sysroot$loader" --list)
else
  strip=strip
  list=(ldd)
fi
"$strip" -o "$folder/$name" "$program"
"${list[@]}" "$program" | awk '$2 == "=>" && $1 !~ "/" { print $1, $3 }' | while read -r library path; do
  [[ -e "$sysroot$path" ]] && path="$sysroot$path"
  cp -L "$path" "$folder/lib/$library"
done
cp -L "$sysroot$loader" "$folder/lib/loader"
"$strip" --strip-unneeded "$folder"/lib/*.so*
chmod 755 "$folder/$name" "$folder/lib/loader"

# Every library that one of them names is there, so nothing comes from the machine.
missing=0
for file in "$folder/$name" "$folder"/lib/*; do
  for library in $(readelf -d "$file" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'); do
    case "$library" in ld-linux*) continue ;; esac
    if [[ ! -e "$folder/lib/$library" ]]; then
      echo "pack-libraries.sh: $(basename "$file") needs $library, which is not packed" >&2
      missing=1
    fi
  done
done
[[ $missing -eq 0 ]]

# The oldest kernel that the C library runs on; Lambda's are of 5.10 and newer.
readelf -n "$folder/lib/libc.so.6" | sed -nE 's/.*(OS: Linux, ABI: .*)/libc: \1/p'
