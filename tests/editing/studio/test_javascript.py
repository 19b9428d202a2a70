"""The editor's pure modules, tested by Node's own runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "javascript"
MODULES = Path(__file__).parents[3] / "editing/static/editing/studio"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_pure_modules_pass_their_own_tests() -> None:
    run = subprocess.run(["node", "--test", str(FOLDER)], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize("module", sorted(MODULES.glob("*.js")), ids=lambda path: path.name)
def test_every_module_parses(module: Path) -> None:
    run = subprocess.run(
        ["node", "--input-type=module", "--check"], stdin=module.open(), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
