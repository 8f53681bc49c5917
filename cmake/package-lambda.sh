#!/bin/bash
# package-lambda.sh <build folder> <zip>: the Lambda function with every library that it needs:
# Amazon Linux 2023 has an older C library than the distributions that this builds on.
# doc/lambda.md.
set -euo pipefail
zip="$(realpath -m "$2")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir -p "$(dirname "$zip")"
"$(dirname "$0")/pack-libraries.sh" "$1/flowlake-lambda" "$folder"

cat > "$folder/bootstrap" <<'BOOTSTRAP'
#!/bin/sh
# With the libraries that are packed, and the C library that they were built for.
here="${LAMBDA_TASK_ROOT:-$(dirname "$0")}"
exec "$here/lib/loader" --library-path "$here/lib" "$here/flowlake-lambda"
BOOTSTRAP
chmod 755 "$folder/bootstrap"

rm -f "$zip"
(cd "$folder" && python3 -m zipfile -c "$zip" bootstrap flowlake-lambda lib)
size=$(stat -c %s "$zip")
echo "$zip: $((size / 1000000)) MB of at most 50, $(du -sm "$folder" | cut -f1) MB unpacked of at most 250"
[[ $size -le 50000000 ]]
