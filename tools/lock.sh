#!/usr/bin/env bash
# Resolve the lock files from pyproject.toml. They hold names, versions and hashes for every platform and
# for Python 3.11 and newer, and no address: pip takes the files from the index it is configured with.
set -euo pipefail
cd "$(dirname "$0")/.."

tool="$(mktemp -d)"
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/python" -m pip install --quiet --disable-pip-version-check uv

compile() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" \
        ${UPGRADE:+--upgrade} "$@"
}
compile pyproject.toml requirements/build.in -o requirements/run.txt
compile --extra test -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/test.txt
if grep -nE 'https?://|^--' requirements/*.txt; then
    echo "A lock file names an address. Remove it." >&2
    exit 1
fi
