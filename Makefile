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

COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock:
	@for name in requirements installer peer_903 peer_cin; do \
	  $(COMPILE) requirements/$$name.in -o requirements/$$name.lock || exit 1; done
	@$(COMPILE) requirements/peer_liia.in --override requirements/peer_liia.override -o requirements/peer_liia.lock

clean:
	@rm -rf data dbt_project/target dbt_project/logs
