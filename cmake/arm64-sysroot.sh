#!/bin/bash
# arm64-sysroot.sh: prints the folder with Debian's AArch64 libraries that a build for it
# links and runs with. Fetched once, by the machine's own apt and package sources, with
# what they depend on; nothing is installed, because not all may stand beside their x86-64
# twins.
set -euo pipefail
packages=(libc6-dev libcli11-dev libcurl4-openssl-dev libedit-dev libgmock-dev libgtest-dev
          libisal-dev libmicrohttpd-dev libpugixml-dev libssl-dev libtomlplusplus-dev
          libxxhash-dev nlohmann-json3-dev zlib1g-dev)
cache="${FLOWLAKE_CACHE:-$HOME/.cache/flowlake}"
root="$cache/sysroot-arm64"
if [[ ! -e "$root/.complete" ]]; then
  work="$root.part"
  rm -rf "$root" "$work"
  mkdir -p "$work"/apt/{state/lists,cache/archives/partial} "$work/root"
  : > "$work/apt/state/status"  # as if nothing were installed
  fetch() {
    apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
      -o Dir::State="$work/apt/state" -o Dir::State::status="$work/apt/state/status" \
      -o Dir::Cache="$work/apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@" >&2
  }
  fetch update
  fetch install -y --no-install-recommends --download-only "${packages[@]}"
  for package in "$work"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$work/root"
  done
  touch "$work/root/.complete"
  mv "$work/root" "$root"
  rm -rf "$work"
fi
echo "$root"
