#!/bin/sh
# Resolves pyproject.toml into requirements/*.txt: exact versions with hashes, for every platform, without any address.
# A version already listed is kept unless it no longer fits.   tools/lock.sh [--upgrade | --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."

uv=${UV:-.venv/bin/uv}
command -v "$uv" >/dev/null || { echo "There is no uv; run \`make setup\` first, or name one: UV=/path/to/uv $0" >&2; exit 1; }

resolve() {
  list=requirements/$1.txt
  shift
  next=$(mktemp requirements/.next.XXXXXX)
  trap 'rm -f "$next"' EXIT
  if [ -f "$list" ]; then cp "$list" "$next"; fi
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
    --no-header --output-file "$next" "$@"
  if grep -nE '[a-z]+://' "$next"; then
    echo "$list would name the address above; it was not written." >&2
    exit 1
  fi
  chmod 644 "$next"
  mv "$next" "$list"
}

resolve run pyproject.toml "$@"
resolve test pyproject.toml --group test "$@"
resolve bench --group bench "$@"
resolve spark --group spark --constraint requirements/test.txt "$@"
resolve uv requirements/uv.in "$@"
