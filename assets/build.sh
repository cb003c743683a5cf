#!/bin/sh
# Make static/site.css from site.scss. Needs Node.js 20 or later; the result is kept in git.
set -eu
cd "$(dirname "$0")"
npm ci --silent
npm run --silent build
