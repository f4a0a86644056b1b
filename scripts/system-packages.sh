#!/bin/sh
# Debian packages that some tests need: installed where we may, else those tests are skipped, and say so.
set -eu
wanted=""
add() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
add chromium chromium
add tesseract tesseract-ocr
add java openjdk-17-jre-headless
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests:$wanted" >&2
    apt-get update -qq >/dev/null 2>&1 || true
    for package in $wanted; do
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 ||
            echo "WARNING: $package could not be installed; the tests that need it will be SKIPPED" >&2
    done
else
    echo "WARNING: not installed, so the tests that need them will be SKIPPED:$wanted" >&2
fi
