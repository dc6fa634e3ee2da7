# The two commands: `make nightly` (AREA=, COLLECTION=, SEED=) and `make test`. Both do all set-up themselves.
AREA ?= 931
COLLECTION ?= 2025
SEED ?= 1
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: nightly test bench lint setup lock clean

nightly: $(READY)
	@$(VENV)/bin/send nightly --area $(AREA) --collection $(COLLECTION) --seed $(SEED)

test: $(READY)
	@sh scripts/test.sh

lint: $(READY)
	@sh scripts/lint.sh

bench: $(READY)
	@$(PY) -m bench

setup: $(READY)

# Installed again only when the lock file or the project's metadata change.
$(READY): requirements/requirements.lock requirements/installer.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh $(VENV)
	@touch $(READY)

lock:
	@$(VENV)/bin/uv pip compile requirements/requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/requirements.lock
	@$(VENV)/bin/uv pip compile requirements/installer.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/installer.lock

clean:
	@rm -rf data dbt_project/target dbt_project/logs
