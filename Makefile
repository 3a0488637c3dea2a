# Set up, show and test Vitalreel. `make help` lists what there is to ask for.
#
# Everything lands in .venv, player/node_modules and var/assets. Each target may be interrupted at any time and run again:
# it takes up what is whole and makes the rest anew. What is up to date is not touched.
#
#   SKIP_SYSTEM=1   install no system packages
#   USE_UV=0        install with pip alone
#   PYTHON=...      the Python to make .venv with (3.11 or newer)
#   ARGS=...        passed on: make demo ARGS=--fast, make test ARGS="tests/health -k coverage"

SHELL  := /bin/sh
PY     := .venv/bin/python
STAMPS := .venv/.stamps
PLAYER := src/vitalreel/web/static/player.js
NPM    := npm --silent --no-fund --no-audit --no-update-notifier

.PHONY: demo test lint look films bench-render bench-jit bench-preview bench-words bench-events bench-page bench-score bench-tick nightly setup setup-test setup-spark test-spark assets fonts-cjk system-test lock clean help
.DELETE_ON_ERROR:

# A process that finds its modules compiled starts in less than half the time; the tests alone start hundreds.
unexport PYTHONDONTWRITEBYTECODE

demo: setup            ## set up, then make and play the demo
	.venv/bin/vitalreel demo $(ARGS)

test: setup-test       ## set up what the tests need, then run every check
	$(PY) tools/checks.py test $(ARGS)

lint: setup-test       ## only the checks that run nothing: style, types, import order
	$(PY) tools/checks.py lint

setup: $(STAMPS)/run assets $(PLAYER)
setup-test: setup $(STAMPS)/test system-test

$(STAMPS)/run: requirements/run.txt requirements/uv.txt pyproject.toml tools/environment.sh
	@sh tools/environment.sh run

$(STAMPS)/test: $(STAMPS)/run requirements/test.txt
	@sh tools/environment.sh test

setup-spark: $(STAMPS)/spark ## PySpark and a Java besides (430 MB), for test-spark

$(STAMPS)/spark: $(STAMPS)/test requirements/spark.txt
	@sh tools/environment.sh spark

test-spark: setup-test setup-spark ## conditions and scores on PostgreSQL and PySpark must be DuckDB's
	$(PY) -m pytest tests/conditions/test_engines.py tests/health/test_engines.py $(ARGS)

system-test: $(STAMPS)/run
	@sh tools/system.sh test >/dev/null

assets: $(STAMPS)/run  ## the offline voice and faces
	@$(PY) tools/assets.py

fonts-cjk: $(STAMPS)/run ## Chinese, Japanese and Korean in three weights
	@$(PY) tools/assets.py --cjk

player/node_modules/.installed: player/package-lock.json player/package.json | $(STAMPS)/run
	@echo "Installing player/package-lock.json"
	@cd player && $(NPM) ci --ignore-scripts
	@touch $@

$(PLAYER): player/node_modules/.installed $(shell find player \( -name node_modules -o -name dist \) -prune -o -type f -print)
	@echo "Building the player"
	@cd player && $(NPM) run build
	@touch $@

bench-render: setup system-test ## our render beside MoviePy's, Remotion's and plain x264; ARGS=--keep writes it down
	@sh tools/bench.sh
	$(PY) -m benchmarks.render $(ARGS)

bench-jit: setup       ## from a viewer's press to the published film; ARGS="--accounts 24 --keep"
	$(PY) -m benchmarks.asked.jit $(ARGS)

bench-preview: setup   ## from a changed line to a playable draft; ARGS=--keep
	$(PY) -m benchmarks.asked.preview $(ARGS)

bench-words: setup-test ## what a recogniser hears of every voice; ARGS="--voices hibari --modules usage_drop_recovery --keep"
	$(PY) -m benchmarks.words $(ARGS)

bench-events: setup    ## events acknowledged a second beside wrk, and a server killed 200 times under load; ARGS=--keep
	$(PY) -m benchmarks.events rate $(ARGS)
	$(PY) -m benchmarks.events kills $(ARGS)

bench-page: setup-test ## the viewer's page in a browser: axe, keyboard, weight, first frame, hosts; ARGS=--keep
	$(PY) -m benchmarks.player $(ARGS)

bench-score: setup     ## every account of a large company scored, beside plain SQL; ARGS="--accounts 10000 100000 1000000 --keep"
	$(PY) -m benchmarks.scale score $(ARGS)

bench-tick: setup      ## forty plays put to every account of a large company; ARGS="--accounts 10000 100000 1000000 --keep"
	$(PY) -m benchmarks.scale tick $(ARGS)

nightly: setup         ## what estimators promise, held against simulated truth, kept in docs/reference: a night; ARGS="--draws 0.1" is an hour
	$(PY) -m benchmarks.estimators $(ARGS)
	$(PY) -m benchmarks.rebound
	$(PY) -m benchmarks.loops --seeds 100 --keep

lock: $(STAMPS)/run    ## resolve pyproject.toml into requirements/*.txt; ARGS=--upgrade for newer versions
	tools/lock.sh $(ARGS)

look: setup-test       ## draw every kind of scene in both themes and three sizes: docs/pictures/look-*.jpg; ARGS="--out DIR"
	$(PY) tools/look.py $(ARGS)

films: setup-test      ## three whole films of the demo company in var/films, their stills in docs/pictures; ARGS=--draft
	$(PY) tools/films.py $(ARGS)

clean:                 ## remove all that set-up made; a workspace in var/ stays
	rm -rf .venv player/node_modules var/assets var/.venv.* var/test $(PLAYER) $(dir $(PLAYER))events.js player/dist src/vitalreel.egg-info
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis

help:                  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile
