#!/bin/bash
# python_environment.sh [<folder>]: prints the path of a Python that has the
# requirements.txt of that folder of the checkout (default: test), a venv in the cache folder,
# made on first use and again when the pins change. The checkout is not touched.
set -euo pipefail
folder="${1:-test}"
requirements="$(dirname "$(readlink -f "$0")")/../$folder/requirements.txt"
cache="${FLOWLAKE_CACHE:-$HOME/.cache/flowlake}"
python=/usr/bin/python3
[[ -x "$python" ]] || python="$(command -v python3)"
version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
pins="$(sha256sum "$requirements" | cut -c1-12)"
venv="$cache/${folder//\//-}-python-$version-$pins"

mkdir -p "$cache"
exec 9>"$cache/.lock-${folder//\//-}-python"
flock 9
if [[ ! -e "$venv/.complete" ]]; then
  rm -rf "$venv"
  "$python" -m venv "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
    --only-binary=:all: -r "$requirements" </dev/null >&2
  touch "$venv/.complete"
fi
echo "$venv/bin/python"
