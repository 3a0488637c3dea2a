#!/bin/sh
# Installs the peers that `make bench-render` measures beside us, each in a folder of its own that nothing else uses.
# A peer that cannot be had here is left out with a word; the measurement says so too.
set -eu
cd "$(dirname "$0")/.."

moviepy=var/bench/moviepy
list=requirements/bench.txt
if ! cmp -s "$list" "$moviepy/installed.txt"; then
  echo "Installing $list into $moviepy"
  rm -rf "$moviepy"
  mkdir -p var/bench
  if "$(.venv/bin/python -c 'import sys; print(sys._base_executable)')" -m venv "$moviepy" &&
    "$moviepy/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps \
      --requirement "$list"; then
    cp "$list" "$moviepy/installed.txt"
  else
    rm -rf "$moviepy"
    echo "MoviePy could not be installed: it will be left out." >&2
  fi
fi

# `npm ci` wants Remotion's parts for every other system in the lock too; `install --no-save` takes what the lock says.
remotion=benchmarks/render/remotion
if ! cmp -s "$remotion/package-lock.json" "$remotion/node_modules/.installed"; then
  echo "Installing $remotion/package-lock.json"
  if (cd "$remotion" && npm --silent --no-fund --no-audit --no-update-notifier install --no-save --ignore-scripts); then
    cp "$remotion/package-lock.json" "$remotion/node_modules/.installed"
  else
    rm -rf "$remotion/node_modules"
    echo "Remotion could not be installed: it will be left out." >&2
  fi
fi
