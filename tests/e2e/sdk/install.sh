#!/usr/bin/env bash
# Installs the OpenAI SDKs that tests talk through, for JavaScript and for Python: into target/openai, or the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$here/../../../target/openai}

need() {
    command -v "$1" >/dev/null || { echo "$1 is missing: $2" >&2; exit 1; }
}
need node "get Node.js 20 or later, with npm, from https://nodejs.org or your package manager"
need npm "get Node.js 20 or later, with npm, from https://nodejs.org or your package manager"
need python3 "get Python 3.10 or later from python.org or your package manager (apt-get install python3 python3-venv)"

mkdir -p "$into"

# The lock files are laid beside what was installed from them last, so that a half-done installation is done again.
if ! cmp -s "$here/package-lock.json" "$into/package-lock.json"; then
    cp "$here"/package.json "$here"/package-lock.json "$into"/
    (cd "$into" && npm ci --ignore-scripts --no-audit --no-fund --silent) || { rm -f "$into/package-lock.json"; exit 1; }
fi

if ! cmp -s "$here/requirements.txt" "$into/requirements.txt"; then
    rm -rf "$into/venv"
    python3 -m venv "$into/venv" || {
        rm -rf "$into/venv"
        echo "python3 cannot make a virtual environment: install its venv module (apt-get install python3-venv)" >&2
        exit 1
    }
    "$into/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$into/"
fi
