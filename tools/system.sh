#!/bin/sh
# Checks what must be on the machine before set-up, and installs what Debian or Ubuntu lack, where it may.
#   tools/system.sh run     Python 3.11 or newer with venv, Node 20 or newer with npm; prints the Python to use
#   tools/system.sh test    also a Chromium for the browser tests, and OpenH264, a second decoder, where it can be had
# Also Pango, which PDFs are made with; where it may not be installed, the line to run is printed and set-up goes on.
# Nothing is installed that is there already. SKIP_SYSTEM=1: install nothing and go on.
set -eu

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
find_python() {
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if have "$name" && new_enough "$name"; then python=$name && return; fi
  done
  python=
}

node_version() { node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }

missing=
find_missing() {
  missing=
  find_python
  if [ -z "$python" ]; then
    missing="$missing python3 python3-venv"
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    case $python in
      python3) missing="$missing python3-venv" ;;
      *) missing="$missing $(basename "$python")-venv" ;;
    esac
  fi
  if [ "$1" = test ] && ! have chromium-headless-shell && ! have chromium && ! have google-chrome; then
    missing="$missing chromium-headless-shell"
  fi
}

pdf_libraries="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
no_pdf=
find_no_pdf() { # what PDFs lack; asked of the system's linker, as WeasyPrint does
  no_pdf=
  if [ -z "$python" ] || ! "$python" -c 'import ctypes as c
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"): c.CDLL(name)' 2>/dev/null; then
    no_pdf=" $pdf_libraries"
  fi
}

may_install() { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }

check_node() {
  if have node && have npm && [ "$(node_version)" -ge 20 ]; then return; fi
  found=$(node --version 2>/dev/null || echo none)
  say "Node 20 or newer with npm is needed (found: $found): install it from nodejs.org or your package manager, then run make again."
  exit 1
}

install() { # $1: the packages; what went wrong stays in $log
  as_root=
  if [ "$(id -u)" != 0 ]; then as_root=sudo; fi
  say "Installing$1"
  log=$(mktemp)
  { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $1; } \
    </dev/null >"$log" 2>&1 || return 1
  rm -f "$log"
}

install_missing() {
  if ! may_install; then
    say "Have an administrator run this line, then run make again:"
    say "    sudo apt-get install -y --no-install-recommends$missing$no_pdf"
    exit 1
  fi
  if ! install "$missing$no_pdf"; then
    tail -n 15 "$log" >&2
    say "That did not work (all of it: $log). Install$missing by hand, then run make again."
    exit 1
  fi
}

install_pdf() {
  if may_install && install "$no_pdf"; then return; fi
  say "Reports will have no PDF until this line is run:"
  say "    sudo apt-get install -y --no-install-recommends$no_pdf"
}

# The tests that need it fail without it, and are skipped with SKIP_SYSTEM=1: a set-up does not fail for it.
second_decoder() {
  if ldconfig -p 2>/dev/null | grep -q libopenh264 || ! have apt-get || [ "${SKIP_SYSTEM:-}" = 1 ]; then return; fi
  if [ "$(id -u)" = 0 ]; then as_root=; elif have sudo && sudo -n true 2>/dev/null; then as_root=sudo; else return; fi
  if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then $as_root apt-get update -q </dev/null >/dev/null 2>&1 || return 0; fi
  for name in libopenh264-7 libopenh264-8; do
    if apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [0-9]'; then
      say "Installing $name"
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$name" </dev/null >/dev/null 2>&1 ||
        say "$name could not be installed: one decoder checks the films instead of two."
      return
    fi
  done
}

find_missing "$1"
if [ "$(uname -s)" != Darwin ]; then find_no_pdf; fi
if [ "$(uname -s)" = Darwin ] && [ -n "$missing" ] && [ "${SKIP_SYSTEM:-}" != 1 ]; then
  say "Set-up is tested on Debian 12. On macOS run this line, then run make again with SKIP_SYSTEM=1:"
  say "    brew install python@3.11 node pango && brew install --cask chromium"
  exit 1
fi
check_node
if [ -n "$missing" ]; then
  if [ "${SKIP_SYSTEM:-}" = 1 ]; then
    say "Going on without:$missing (SKIP_SYSTEM=1)"
  elif have apt-get; then
    install_missing
    find_missing "$1"
  else
    say "Install your system's equivalent of these Debian packages, then run make again:$missing$no_pdf"
    exit 1
  fi
elif [ -n "$no_pdf" ] && [ "${SKIP_SYSTEM:-}" != 1 ] && have apt-get; then
  install_pdf
fi
if [ -z "$python" ]; then
  say "Python 3.11 or newer is needed (found: $(python3 --version 2>/dev/null || echo none)); name one: make PYTHON=/path/to/python3.11"
  exit 1
fi
if [ "$1" = test ]; then second_decoder; fi
echo "$python"
