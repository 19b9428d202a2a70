"""The lines of docs/library.md, run where only the core's own dependencies can be imported."""

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.gpu_worker.conftest import draw_product

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = "import sys\nfor name in ('celery', 'valkey', 'boto3', 'django'):\n    sys.modules[name] = None\n"


def test_the_lines_of_the_page_work(tmp_path: Path):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "library.md").read_text(), re.DOTALL)
    Image.fromarray(draw_product()).save(tmp_path / "shoe.png")
    code = code.replace("gpu_worker/manifold", f"{ROOT}/gpu_worker/manifold")
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT + code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    colour_error, drag_error = map(float, run.stdout.split())
    assert colour_error < 2.5
    assert drag_error < 4
    assert Image.open(tmp_path / "red.png").size == Image.open(tmp_path / "shoe.png").size
