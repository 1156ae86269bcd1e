# Everything by name; `make help` lists it. A fresh machine needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/sh
BIN := .venv/bin
FAST := tests/house tests/rules
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup programs run test office look check scan bench deploy secret rotate package lock sbom map clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make the two virtual environments; instant when nothing changed
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec $$python -m infra.bootstrap; \
	  fi; \
	done; echo "Python 3.11 or newer is needed." >&2; exit 1

run: setup ## the whole product at http://localhost:8000/ until Ctrl-C (PORT and PROVIDERS_PORT move it)
	@exec $(BIN)/python -m infra.local.run

programs: setup ## install what tests need beside Python (java, npm, chromium), or name it
	@$(BIN)/python -m infra.programs

test: setup programs ## the whole test suite
	@$(BIN)/python -m pytest -n 3 --dist loadfile

office: setup ## install LibreOffice (large) and try our workbooks in it; by hand, not in CI
	@$(BIN)/python -m infra.programs office
	@$(BIN)/python -m pytest tests/office

look: setup ## pictures of pages: make look PAGES="book my" URL=http://localhost:8000 (of a product that runs)
	@$(BIN)/python -m tests.website.look $(if $(URL),--url $(URL)) $(PAGES)

check: setup ## lint, types, import contracts, fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict -p infra
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q $(FAST)

bench: setup ## run the benchmarks, print a table, write bench/results.json
	@$(BIN)/python -m bench

package: setup ## build what is deployed (arm64): .build/package/, with its bill of materials
	@$(BIN)/python -m infra.package

sbom: package ## the bill of materials of the package (CycloneDX): .build/package/sbom.json

lock: setup ## after a change of requirements.txt: fetch and keep the hashes of everything that goes to Lambda
	@$(BIN)/python -m infra.lock

scan: setup ## look through template and guardrails with checkov, in an environment of its own
	@$(BIN)/python -m infra.scan

deploy: setup ## show, confirm and make the change in AWS eu-central-2: make deploy STAGE=prod (YES=1, CANARY=off, LOSE=...; see README)
	@test -n "$(STAGE)" || { echo "Say which stage: make deploy STAGE=prod" >&2; exit 2; }
	@COMMIT=$${COMMIT:-$$(git rev-parse --short HEAD 2>/dev/null)} $(BIN)/python -m infra.deploy --stage "$(STAGE)"

secret: setup ## read a vendor's secret from standard input: make secret STAGE=prod NAME=smsapi_token
	@test -n "$(STAGE)" -a -n "$(NAME)" || { echo "Say which: make secret STAGE=prod NAME=smsapi_token" >&2; exit 2; }
	@$(BIN)/python -m infra.secrets --stage "$(STAGE)" set "$(NAME)"

rotate: setup ## the next of three steps to another master secret (docs/how/rotate-secrets.md): make rotate STAGE=prod
	@test -n "$(STAGE)" || { echo "Say which stage: make rotate STAGE=prod" >&2; exit 2; }
	@$(BIN)/python -m infra.secrets --stage "$(STAGE)" rotate

map: setup ## write docs/map.md and docs/guards.md anew
	@$(BIN)/python -m infra.map
	@$(BIN)/python -m infra.guards

clean: ## remove what can be made again; data in .state/ stays
	rm -rf .build .venv .venv-emulator .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
