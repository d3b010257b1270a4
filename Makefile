# Everything runs in its own virtual environment: only Python >= 3.11 and make are needed.
# CI runs `make ci`, nothing else, so what passes here passes there.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet
RUN    := $(BIN)/python -m

# A stamp says "installed since pyproject.toml last changed"; the larger set of packages vouches for the smaller.
DEMO_READY := $(VENV)/.ready-demo
TEST_READY := $(VENV)/.ready-test
DEV_READY  := $(VENV)/.ready-dev
DOCS_READY := $(VENV)/.ready-docs

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo figures test ci lint types slow lowest coverage bench docs clean

help: ## list these targets
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
	  printf '%-12s %s\n' "$$name" "$$text"; done

demo: $(DEMO_READY) ## install and run the main job on the shipped band gaps; results in demo/
	$(BIN)/graftwood demo --out demo

figures: $(DEMO_READY) ## after make demo: put its figure and numbers into README.md
	$(BIN)/python tools/make_figures.py demo

test: $(TEST_READY) ## install and run the tests, the doctests and the code in the docs
	$(RUN) pytest -n 2 -m "not slow"

ci: lint types test docs ## all that must pass before a change is merged

lint: $(DEV_READY) ## style and formatting
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: $(DEV_READY) ## static types
	$(RUN) mypy

slow: $(TEST_READY) ## heavy reproductions, minutes to hours
	$(RUN) pytest -m slow

lowest: ## the tests with the oldest versions that pyproject.toml allows, in build/lowest
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/python -m pip install --quiet uv
	build/lowest/bin/uv pip install --quiet --python build/lowest/bin/python --resolution lowest-direct \
	  --editable '.[test]'
	build/lowest/bin/python -m pytest -n 2 -m "not slow" -o filterwarnings=default

coverage: $(DEV_READY) ## lines and branches that the tests run, the kernels as plain Python
	$(BIN)/coverage erase
	NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest tests/engine tests/uncertainty
	$(BIN)/coverage run -m pytest -n 2 -m "not slow"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

bench: $(TEST_READY) ## every benchmark in full, or one: make bench NAME=matbench-single
	$(RUN) benchmarks $(or $(NAME),--all)

docs: $(DOCS_READY) ## the documentation site, without a warning; open site/index.html
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict

clean: ## remove what these targets made
	rm -rf $(VENV) demo site build dist .numba_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

# A venv that cannot run pip (broken off half way, or its Python gone) is made anew.
define make_venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: graftwood needs Python 3.11 or later and '$(PYTHON)' is not; name another with make PYTHON=..." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' lacks its venv module; install it (Debian, Ubuntu: the package python3-venv)" \
	  "or name another Python with make PYTHON=..." >&2; \
	  exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
endef

$(DEMO_READY): pyproject.toml
	$(make_venv)
	$(PIP) --editable .
	@touch $@

$(TEST_READY): pyproject.toml
	$(make_venv)
	$(PIP) --editable '.[test]'
	@touch $@ $(DEMO_READY)

$(DEV_READY): pyproject.toml
	$(make_venv)
	$(PIP) --editable '.[dev]'
	@touch $@ $(TEST_READY) $(DEMO_READY)

$(DOCS_READY): pyproject.toml
	$(make_venv)
	$(PIP) --editable '.[docs]'
	@touch $@ $(DEMO_READY)
