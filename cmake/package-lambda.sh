#!/bin/bash
# package-lambda.sh <build folder> <zip>: the Lambda function with every library that it needs,
# the C library and its loader among them: Amazon Linux 2023 has an older one than the
# distributions that this builds on. Then checks that nothing is missing. doc/lambda.md.
set -euo pipefail
program="$1/flowlake-lambda"
zip="$(realpath -m "$2")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/lib" "$(dirname "$zip")"

loader="$(readelf -l "$program" | sed -nE 's/.*program interpreter: (.*)\]/\1/p')"
strip -o "$folder/flowlake-lambda" "$program"
ldd "$program" | awk '$2 == "=>" { print $1, $3 }' | while read -r name path; do
  cp -L "$path" "$folder/lib/$name"
done
cp -L "$loader" "$folder/lib/loader"
strip --strip-unneeded "$folder"/lib/*.so*

cat > "$folder/bootstrap" <<'BOOTSTRAP'
#!/bin/sh
# With the libraries that are packed, and the C library that they were built for.
here="${LAMBDA_TASK_ROOT:-$(dirname "$0")}"
exec "$here/lib/loader" --library-path "$here/lib" "$here/flowlake-lambda"
BOOTSTRAP
chmod 755 "$folder/bootstrap" "$folder/flowlake-lambda" "$folder/lib/loader"

# Every library that one of them names is there, so nothing comes from the machine.
missing=0
for file in "$folder/flowlake-lambda" "$folder"/lib/*; do
  for name in $(readelf -d "$file" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'); do
    case "$name" in ld-linux*) continue ;; esac
    if [[ ! -e "$folder/lib/$name" ]]; then
      echo "package-lambda.sh: $(basename "$file") needs $name, which is not packed" >&2
      missing=1
    fi
  done
done
[[ $missing -eq 0 ]]

# The oldest kernel that the C library runs on; Lambda's are of 5.10 and newer.
readelf -n "$folder/lib/libc.so.6" | sed -nE 's/.*(OS: Linux, ABI: .*)/libc: \1/p'

rm -f "$zip"
(cd "$folder" && python3 -m zipfile -c "$zip" bootstrap flowlake-lambda lib)
size=$(stat -c %s "$zip")
echo "$zip: $((size / 1000000)) MB of at most 50, $(du -sm "$folder" | cut -f1) MB unpacked of at most 250"
[[ $size -le 50000000 ]]
