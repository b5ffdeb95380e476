# RNN Explorer.   make run    installs what the app needs and starts it
#                 make check  lint and all that opens no page and trains for no long time: a minute
#                 make test   check, the pages, the long trainings, a short walk of each page in a
#                             browser: six minutes
#                 make test-thorough  what CI runs besides: all that a person does in a browser
#                 make test-faults  kills, fills, locks and freezes for some minutes
#                 make test-cluster  runs on PostgreSQL and on a Dask cluster of two workers, which are
#                             killed, stopped and started anew
#                 make bench  measures the engine against PyTorch, JAX and plain NumPy, and the page
#                 make bench-load  measures the server with 30 who train and 300 who watch
#                 make bench-sweep  measures how many trials a minute a sweep makes, beside Optuna's
#                             own loop over PyTorch
#                 make lock   writes the versions that are installed anew
#
# All start from a bare clone: they need Python 3.11 or newer and make .venv by themselves.
# Overridable: make run HOST=0.0.0.0 PORT=8600 (with no PORT, 8501 or the next free one),
# make bench SIZES=tiny,ptb CELLS=rnn ROUNDS=5 BENCH_JSON=figures.json (with none of them, all),
# make test VENV=.venv-newest CONSTRAINTS= (the newest versions instead of those locked).

HOST = 127.0.0.1
PORT =
VENV = .venv
PYTHON = $(VENV)/bin/python
CONSTRAINTS = constraints.txt
PIP_INSTALL = $(PYTHON) -m pip install --quiet $(addprefix -c ,$(CONSTRAINTS))
# Two tests at a time. The second process starts with the browser tests, at the end of the list, and
# whichever is done first takes over from the other: mostly whole files, which share a browser.
WORKERS = 2
PARALLEL = -n $(WORKERS) --dist worksteal

# Kept byte code saves each process that a test starts from compiling all that it imports.
test test-thorough tests check test-faults test-cluster: export PYTHONDONTWRITEBYTECODE =

.PHONY: help run test test-thorough tests test-faults test-cluster check lint bench bench-load bench-sweep lock system-packages clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

run: $(VENV)/app.installed
	@echo "RNN Explorer is starting; Ctrl-C ends it."
	$(PYTHON) -m streamlit run app.py --server.headless true \
	    --server.address $(HOST) $(if $(PORT),--server.port $(PORT))

# The linters use one processor, so they run beside the tests; what they say comes after.
test: system-packages $(VENV)/tests.installed
	@.ci/beside-lint $(PYTHON) -m pytest $(PARALLEL) -m "not thorough and not cluster"

test-thorough: system-packages $(VENV)/tests.installed
	$(PYTHON) -m pytest $(PARALLEL) -m "thorough and not cluster"

tests: $(VENV)/tests.installed
	$(PYTHON) -m pytest $(PARALLEL) -m "not cluster"

check: $(VENV)/tests.installed
	@.ci/beside-lint $(PYTHON) -m pytest $(PARALLEL) -m "not browser and not slow and not cluster"

lint: $(VENV)/tests.installed
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.ci/check-js

# Another seed each time; RNN_EXPLORER_FAULT_SEED=N repeats one.
test-faults: export RNN_EXPLORER_FAULT_SEED ?= $(shell date +%s)
test-faults: export RNN_EXPLORER_FAULT_ROUNDS ?= 4
test-faults: $(VENV)/tests.installed
	@echo "First seed: $(RNN_EXPLORER_FAULT_SEED), rounds: $(RNN_EXPLORER_FAULT_ROUNDS)"
	$(PYTHON) -m pytest -v tests/faults

test-cluster: system-packages $(VENV)/tests.installed $(VENV)/cluster.installed
	@.ci/system-packages postgresql
	$(PYTHON) -m pytest $(PARALLEL) tests/cluster

bench: system-packages $(VENV)/tests.installed $(VENV)/bench.installed
	$(PYTHON) -m tests.benchmarks
	$(PYTHON) -m tests.benchmarks.page

bench-load: $(VENV)/tests.installed
	$(PYTHON) -m tests.benchmarks.load

bench-sweep: $(VENV)/tests.installed $(VENV)/bench.installed
	$(PYTHON) -m tests.benchmarks.sweep

lock:
	@.ci/lock

system-packages:
	@.ci/system-packages

clean:
	rm -rf $(VENV) tests/js/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results

# The stamps: pip runs again only when a list of requirements or of versions has changed.

APP_LISTS = requirements.txt requirements-engine.txt

$(VENV)/app.installed: $(APP_LISTS) $(CONSTRAINTS) | $(PYTHON)
	@echo "Installing the packages in requirements.txt into $(VENV) (a minute or two, once) ..."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/tests.installed: requirements-dev.txt $(APP_LISTS) $(CONSTRAINTS) | $(PYTHON)
	@echo "Installing the packages in requirements-dev.txt into $(VENV) (a minute or two, once) ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/bench.installed: requirements-bench.txt $(APP_LISTS) $(CONSTRAINTS) | $(PYTHON)
	@echo "Installing the packages in requirements-bench.txt into $(VENV) (some minutes, once) ..."
	@$(PIP_INSTALL) -r requirements-bench.txt
	@touch $@

$(VENV)/cluster.installed: requirements-cluster.txt $(APP_LISTS) $(CONSTRAINTS) | $(PYTHON)
	@echo "Installing the packages in requirements-cluster.txt into $(VENV) (a minute, once) ..."
	@$(PIP_INSTALL) -r requirements-cluster.txt
	@touch $@

$(PYTHON):
	@.ci/make-venv $(VENV)
