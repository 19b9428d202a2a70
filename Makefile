# Everything a newcomer types. Needs Python >= 3.11 and a package index, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed

.PHONY: demo pictures test lint format clean install constraints lock sbom

demo: $(STAMP)
	@$(BIN)/python -m deploy.local.demo --port $(PORT) $(if $(ONCE),--once) $(if $(PHOTOS),--photos "$(PHOTOS)")

# Blender's module wants Python 3.11 and versions of its own, so that it has an environment of its own.
RENDERS := .renders
pictures:
	@test -x $(RENDERS)/bin/python || $(PYTHON) -m venv $(RENDERS)
	@$(RENDERS)/bin/python -m pip install --quiet --disable-pip-version-check bpy celery numpy pillow scipy
	$(RENDERS)/bin/python -m deploy.renders.make
	$(RENDERS)/bin/python -m deploy.renders.shirt_pictures

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 $(if $(FAST),-p no:schemathesis -m "not long and not browser and not slow") $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy catalog editing gpu_worker deploy
	$(BIN)/djlint --lint templates
	$(BIN)/python -m deploy.vulnerabilities
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_migrations.py

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(STAMP)

# uv is ten times faster than pip and honours UV_TORCH_BACKEND=cpu; where it is missing it is put into the environment.
$(STAMP): pyproject.toml constraints.txt requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing Colorway and what it needs into $(VENV) (a few minutes the first time) ..."
	@PATH="$$PATH:$(BIN)" uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements.lock
	@PATH="$$PATH:$(BIN)" uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable ".[worker,local,train,dev]"
	@touch $@

# Lock the constraints with hashes, without an index's name. Torch and what comes with it have other files on each kind of
# machine (UV_TORCH_BACKEND), so that they are pinned by version alone.
LOCK := uv pip compile pyproject.toml --quiet --no-header --no-annotate --no-emit-index-url --generate-hashes --constraint constraints.txt --python-version 3.11
UNLOCKED := $(addprefix --no-emit-package ,$(shell grep -oE '^(torch|torchvision|triton|nvidia-[a-z0-9-]+|cuda-[a-z0-9-]+)=' constraints.txt | tr -d '='))
lock:
	PATH="$$PATH:$(BIN)" $(LOCK) --extra worker --extra local --extra train --extra dev $(UNLOCKED) --output-file requirements.lock
	PATH="$$PATH:$(BIN)" $(LOCK) --output-file requirements-web.lock

# A bill of materials in CycloneDX.
sbom: $(STAMP)
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --of JSON -o build/sbom.json

# Pin what is installed now; no index host is written.
constraints:
	PATH="$$PATH:$(BIN)" uv pip freeze --python $(BIN)/python --exclude-editable | grep -v '^-e ' > constraints.txt

clean:
	rm -rf .local $(VENV) build *.egg-info
