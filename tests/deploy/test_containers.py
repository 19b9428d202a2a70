"""The web image holds every module that the web process and its workers load, and works without torch."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ABSENT = ("torch", "torchvision", "kornia", "lpips", "cv2")
LOAD = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Editable" not in getattr(finder, "__name__", "")]  # of this checkout
sys.path.insert(0, ".")
sys.modules.update(dict.fromkeys({absent!r}))  # importing one raises ImportError, as where it is not installed
import django
django.setup()
import deploy.asgi, deploy.celery, django.urls
from django.core import management
django.urls.get_resolver().url_patterns
deploy.celery.app.loader.import_default_modules()
for command, app in management.get_commands().items():
    management.load_command_class(app, command)
import gpu_worker
print(gpu_worker.__file__)
"""


def _stage(name: str) -> list[str]:
    return (
        (ROOT / "deploy/containers/Containerfile").read_text().split(f" AS {name}\n")[1].split("\nFROM ")[0].split("\n")
    )


@pytest.fixture
def web_image(tmp_path: Path) -> Path:
    for line in _stage("web"):
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                goal = tmp_path / target / (Path(source).name if target.endswith("/") else "")
                goal.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, goal, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, goal)
    return tmp_path


@pytest.mark.long
def test_the_web_image_loads_everything_that_it_runs(web_image: Path, stack) -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-c", LOAD.format(absent=ABSENT)],
        cwd=web_image, env=stack.environment | {"DJANGO_SETTINGS_MODULE": "deploy.settings"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip().startswith(str(web_image))


def test_what_the_web_does_without_is_an_extra_of_the_worker() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"torch", "torchvision", "lpips", "opencv-python-headless"} <= set(
        project["optional-dependencies"]["worker"]
    )
    assert not any(name.startswith(("torch", "kornia", "lpips", "opencv")) for name in project["dependencies"])
