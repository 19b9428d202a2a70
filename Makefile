# Everything a newcomer types. Needs Python >= 3.11 and a package index, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed

.PHONY: demo test lint format clean install constraints

demo: $(STAMP)
	@$(BIN)/python -m deploy.local.demo --port $(PORT) $(if $(ONCE),--once) $(if $(PHOTOS),--photos "$(PHOTOS)")

test: $(STAMP)
	$(BIN)/python -m pytest -q $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy catalog editing gpu_worker deploy
	$(BIN)/djlint --lint templates
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_migrations.py

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(STAMP)

# uv is ten times faster than pip and honours UV_TORCH_BACKEND=cpu; where it is missing it is put into the environment.
$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing Colorway and what it needs into $(VENV) (a few minutes the first time) ..."
	@PATH="$$PATH:$(BIN)" uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable ".[worker,local,train,dev]"
	@touch $@

# Pin what is installed now; no index host is written.
constraints:
	PATH="$$PATH:$(BIN)" uv pip freeze --python $(BIN)/python --exclude-editable | grep -v '^-e ' > constraints.txt

clean:
	rm -rf .local $(VENV) build *.egg-info
