#!/bin/sh
# Puts .venv in order for a list of requirements: tools/environment.sh run|test|spark
# May be interrupted at any time: a half-made .venv carries a mark and is made anew by the next run.
set -eu
cd "$(dirname "$0")/.."

list=requirements/$1.txt
stamps=.venv/.stamps
mark=$stamps/unfinished

discard() {
  mkdir -p var
  rm -rf var/.venv.*
  mv .venv "var/.venv.$$" # in one move, so that the mark cannot go before the rest
  rm -rf "var/.venv.$$"
}

python=$(sh tools/system.sh run)
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none; }

if [ -e "$mark" ]; then
  echo "The last set-up did not finish: making .venv anew."
  discard
elif [ -e .venv/bin/python ] && [ "$(version .venv/bin/python)" != "$(version "$python")" ]; then
  echo "$python is not the Python of .venv: making .venv anew."
  discard
fi
mkdir -p "$stamps"
touch "$mark"
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  echo "Making .venv with $("$python" --version)"
  "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@"; }

# uv takes seconds where pip takes a minute; it trusts whom the system trusts, but does not read pip's configuration: where it cannot
# reach an index, pip can.
uv() { .venv/bin/uv "$@" --quiet --python .venv/bin/python; }
install() { uv pip install --system-certs --require-hashes --no-deps --requirement "$list"; }
install_slowly() { pip install --require-hashes --no-deps --requirement "$list"; }

if [ "${USE_UV:-1}" = 1 ]; then pip install --require-hashes --requirement requirements/uv.txt || true; fi
echo "Installing $list"
if [ "${USE_UV:-1}" != 1 ] || [ ! -x .venv/bin/uv ] || ! install; then
  echo "Without uv: plain pip, which is slower."
  install_slowly
fi
pip install --no-deps --no-build-isolation --editable .

if [ "$1" != spark ]; then touch "$stamps/run"; fi # the test list holds the run list; spark comes on top of it
touch "$stamps/$1"
rm -f "$mark"
