#!/bin/bash
# package-program.sh <build folder> <folder>: flowlake with every library that it needs, as
#   <folder>/flowlake-<version>-linux-<machine>.tar.gz   unpack it anywhere and run bin/flowlake
#   <folder>/flowlake_<version>_<architecture>.deb       the same in /usr/lib/flowlake, and a service
# FLOWLAKE_SYSROOT: for AArch64 (pack-libraries.sh).
set -euo pipefail
here="$(dirname "$(readlink -f "$0")")/.."
target="$(realpath -m "$2")"
if [[ -n "${FLOWLAKE_SYSROOT:-}" ]]; then
  run=(qemu-aarch64 -L "$FLOWLAKE_SYSROOT")
  machine=aarch64
  architecture=arm64
else
  run=()
  machine="$(uname -m)"
  architecture="$(dpkg --print-architecture 2>/dev/null || echo "$machine")"
fi
version="$("${run[@]}" "$1/flowlake" --version | awk '{ print $2 }')"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$target"

name="flowlake-$version-linux-$machine"
tree="$work/$name"
"$here/cmake/pack-libraries.sh" "$1/flowlake" "$tree/libexec"
mkdir -p "$tree/bin" "$tree/share/doc/flowlake" "$tree/share/flowlake"
cat > "$tree/bin/flowlake" <<'WRAPPER'
#!/bin/sh
# With the libraries that are packed, and the C library that they were built for.
here="$(dirname "$(readlink -f "$0")")/../libexec"
exec "$here/lib/loader" --library-path "$here/lib" "$here/flowlake" "$@"
WRAPPER
chmod 755 "$tree/bin/flowlake"
cp "$here/README.md" "$here/LICENSE" "$here/CHANGELOG.md" "$here"/doc/*.md "$tree/share/doc/flowlake"
cp "$here"/deploy/systemd/* "$tree/share/flowlake"
tar -C "$work" --owner=0 --group=0 --sort=name -czf "$target/$name.tar.gz" "$name"
echo "$target/$name.tar.gz: $(($(stat -c %s "$target/$name.tar.gz") / 1000000)) MB"

if ! command -v dpkg-deb >/dev/null; then
  echo "no .deb: dpkg-deb is not here"
  exit 0
fi
root="$work/deb"
mkdir -p "$root/DEBIAN" "$root/usr/lib/flowlake" "$root/usr/bin" "$root/usr/share/doc" \
  "$root/lib/systemd/system" "$root/etc/flowlake"
cp -r "$tree/bin" "$tree/libexec" "$root/usr/lib/flowlake"
ln -s ../lib/flowlake/bin/flowlake "$root/usr/bin/flowlake"
cp -r "$tree/share/doc/flowlake" "$root/usr/share/doc"
cp "$here/deploy/systemd/flowlake.service" "$root/lib/systemd/system"
cp "$here/deploy/systemd/serve.toml" "$root/etc/flowlake"
cat > "$root/DEBIAN/control" <<CONTROL
Package: flowlake
Version: $version
Architecture: $architecture
Maintainer: the developers of flowlake <maintainers@flowlake.invalid>
Section: admin
Priority: optional
Depends: adduser
Recommends: ca-certificates
Installed-Size: $(du -sk "$root" | cut -f1)
Description: AWS flow logs to a Delta lake of Parquet, and SQL on it
 Converts VPC and Transit Gateway flow logs to date-partitioned Parquet, commits
 them to a Delta table exactly once, compacts, and answers SQL with its price.
 Brings the libraries that it needs. The service (flowlake serve) is installed
 and not started: /etc/flowlake/serve.toml.
CONTROL
echo /etc/flowlake/serve.toml > "$root/DEBIAN/conffiles"
cat > "$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  adduser --system --group --quiet --no-create-home --home /var/lib/flowlake flowlake
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
fi
POSTINST
cat > "$root/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now flowlake.service || true
fi
PRERM
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
deb="$target/flowlake_${version}_$architecture.deb"
dpkg-deb --root-owner-group -Zzstd --build "$root" "$deb" >/dev/null
echo "$deb: $(($(stat -c %s "$deb") / 1000000)) MB"
