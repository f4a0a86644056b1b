#!/bin/sh
# Make the Python environment: a venv with the locked requirements (checked by hash) and this package.
set -eu
venv=$1
lock=$2
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lawful Hold needs Python 3.11 or newer; python3 is $(python3 -V)" >&2; exit 1; }
if ! [ -x "$venv/bin/python" ]; then
    if ! python3 -m venv "$venv" 2>/dev/null; then
        rm -rf "$venv"
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null && python3 -m venv "$venv"
        else
            echo "python3 cannot make an environment; install it first: sudo apt-get install python3-venv" >&2
            exit 1
        fi
    fi
fi
echo "Installing $lock into $venv ..." >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
