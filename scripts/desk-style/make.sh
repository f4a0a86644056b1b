#!/bin/sh
# Make lawfulhold/desk/static/desk/uswds.css anew: the U.S. Web Design System's own Sass, only the parts that the templates use. Needs node; run by hand.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit @uswds/uswds@3.14.0 sass@1.108.2 purgecss@8 htmx.org@2.0.11
npx sass --quiet --no-source-map --load-path=node_modules/@uswds/uswds/packages "$here/uswds.scss" whole.css
ROOT="$root" node "$here/purge.mjs"
cp node_modules/htmx.org/dist/htmx.min.js "$root/lawfulhold/desk/static/desk/"
