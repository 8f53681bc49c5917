#!/bin/bash
# install-packages.sh <group>…: installs the distribution's packages that are missing.
# Debian 12 and Ubuntu 24.04, as root or through sudo; does nothing when all are there.
# What each package is for: doc/dependencies.md.
set -euo pipefail

build=(g++ cmake ninja-build ccache python3 python3-venv ca-certificates
       libcli11-dev libcurl4-openssl-dev libedit-dev libgmock-dev libgtest-dev libisal-dev
       libmicrohttpd-dev libpugixml-dev libssl-dev libtomlplusplus-dev libxxhash-dev
       nlohmann-json3-dev zlib1g-dev)
test=(binutils gzip iproute2 openssl unzip util-linux valgrind)
engines=(maven)
spark=(openjdk-17-jdk-headless)
bench=(openjdk-17-jdk-headless maven util-linux libbenchmark-dev)
check=(clang libclang-rt-dev clang-format-14 clang-tidy)
arm64=(g++-aarch64-linux-gnu qemu-user)

is_installed() {
  [[ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" == "install ok installed" ]]
}

missing=()
for group in "$@"; do
  case "$group" in
    build) packages=("${build[@]}") ;;
    test) packages=("${test[@]}") ;;
    engines) packages=("${engines[@]}") ;;
    spark) packages=("${spark[@]}") ;;
    bench) packages=("${bench[@]}") ;;
    check) packages=("${check[@]}") ;;
    arm64) packages=("${arm64[@]}") ;;
    *) echo "install-packages.sh: groups are build, test, engines, spark, bench, check and arm64, not '$group'" >&2
       exit 2 ;;
  esac
  if ! command -v dpkg-query >/dev/null; then
    echo "Not Debian or Ubuntu: install what corresponds to ${packages[*]}" >&2
    continue
  fi
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
if [[ "$(id -u)" -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "install-packages.sh: as root, run: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" \
    </dev/null >/dev/null
}
apt update
apt install -y --no-install-recommends "${missing[@]}"
