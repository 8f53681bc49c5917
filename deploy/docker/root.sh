#!/bin/bash
# root.sh <folder of `make package`> <folder>: the file system of the image.
set -euo pipefail
image="$2"
mkdir -p "$image/etc/ssl/certs" "$image/var/lib/flowlake" "$image/flowlake"
tar -C "$image/flowlake" --strip-components=2 -xzf "$1"/flowlake-*-linux-"$(uname -m)".tar.gz --wildcards '*/libexec'
cp -L /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
echo 'flowlake:x:65532:65532::/var/lib/flowlake:/sbin/nologin' > "$image/etc/passwd"
echo 'flowlake:x:65532:' > "$image/etc/group"
mkdir -m 1777 "$image/tmp"
chown 65532:65532 "$image/var/lib/flowlake"
