# The README shows the same commands without make, for Windows too.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
# small arrays: several threads for each test worker only wait for each other, 15 times as long
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1

# A lock names everything, so that nothing is left to resolve. Even so pip looks at every release
# of every library, minutes of one core; uv, where there is one, does not.
UV ?= $(shell command -v uv)
install = $(if $(UV),$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps $(1) ||) \
	$(BIN)/python -m pip install --quiet --no-deps $(1)

.PHONY: reports test check style types architecture audit sbom lab lock clean

reports: .venv/ready data/sample-bank/truth.json  ## the sample bank's reports, from nothing to a page
	$(BIN)/assess run params/sample.yaml

test: .venv/ready-dev  ## every test, the slow ones too; a file's tests share what was made for them
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: style types architecture  ## all that is checked without running; `make -j check` at once

style: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/ready-dev
	$(BIN)/mypy

architecture: .venv/ready-dev
	$(BIN)/lint-imports

audit: .venv/ready-dev  ## known vulnerabilities of the locked libraries
	$(BIN)/python .ci/audit.py $(AUDIT)

sbom: .venv/ready-dev  ## what the product consists of, as CycloneDX: build/sbom.cdx.json
	mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o build/sbom.cdx.json

lab: .venv/ready data/sample-bank/truth.json  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

data/sample-bank/truth.json: | .venv/ready
	$(BIN)/assess sample data/sample-bank

.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(call install,--require-hashes -r requirements.lock)
	$(call install,--no-build-isolation -e .)
	touch $@

# the lock for development holds the other one: one installation is enough for both
.venv/ready-dev: requirements-dev.lock requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(call install,--require-hashes -r requirements-dev.lock)
	$(call install,--no-build-isolation -e .)
	touch .venv/ready $@

lock: ## after a change of pyproject.toml; needs uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --group build --extra dev -c requirements.lock pyproject.toml \
	  -o requirements-dev.lock

clean:
	rm -rf .venv build reports/sample data/sample-bank
