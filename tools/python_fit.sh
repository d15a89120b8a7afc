#!/usr/bin/env bash
# Say what is missing before venv says it less well.
set -euo pipefail
python="${1:-python3}"

command -v "$python" >/dev/null || {
    echo "$python is missing. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
}
"$python" - <<'CHECK'
import importlib.util
import sys

if sys.version_info < (3, 11):
    sys.exit(f"Python {sys.version.split()[0]} is too old. Name a newer one: make PYTHON=python3.11 …")
if importlib.util.find_spec("ensurepip") is None:
    sys.exit("Python has no venv. Install it (Debian: apt-get install python3-venv).")
CHECK
