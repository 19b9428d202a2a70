"""Who may import whom (DESIGN: the house), read off the sources and proved in fresh processes."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# folder -> what it must not import, with the one module of it that is allowed
FORBIDDEN = {
    "catalog": {"torch", "torchvision", "lpips", "kornia", "editing", "gpu_worker", "deploy"},
    "editing": {"torch", "torchvision", "lpips", "kornia", "gpu_worker", "deploy"},
    "gpu_worker": {"django", "rest_framework", "psycopg", "catalog", "editing", "deploy"},
}
ALLOWED = {"editing": {"gpu_worker.contract", "gpu_worker.origin"}}

# rooms of gpu_worker -> rooms that they must not know; the doors (live, tasks, commands) know the rooms, not the other way round
CORE = {
    "core", "origin", "photos", "segmentation", "manifold", "projection", "attributes", "edits", "transfer", "measures",
    "baselines", "engine", "tailoring",
}  # fmt: skip
DOORS = {"live", "tasks", "commands", "storage", "fetching"}
FINE_TUNING = "gpu_worker/tasks/celery.py"  # the one door to training: the queue `train`


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_folder_imports_only_what_it_may(folder: str):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in _imports(path)
        if name.split(".")[0] in FORBIDDEN[folder]
        and not any(name == a or name.startswith(f"{a}.") for a in ALLOWED.get(folder, ()))
    ]
    assert wrong == []


def _rooms_known_by(path: Path) -> Iterator[tuple[str, str]]:
    for name in _imports(path):
        if name.startswith("gpu_worker."):
            yield name.split(".")[1], name


@pytest.mark.parametrize("room", sorted(CORE | {"contract"}))
def test_the_core_knows_neither_the_doors_nor_training(room: str):
    forbidden = DOORS | {"training"} | (CORE if room == "contract" else set())
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "gpu_worker" / room).rglob("*.py"))
        for known, name in _rooms_known_by(path)
        if known in forbidden
    ]
    assert wrong == []


def _public_functions(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node.body, f"{owner}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{owner}{node.name}", node


def test_every_public_function_of_the_core_says_what_it_does():
    """With shapes, units and errors; pydantic's validators speak by their messages."""
    silent = [
        f"{path.relative_to(ROOT)}: {name}"
        for room in sorted(CORE | {"contract", "painting", "restoration", "tailoring"})
        for path in sorted((ROOT / "gpu_worker" / room).rglob("*.py"))
        for name, node in _public_functions(ast.parse(path.read_text()).body)
        if not ast.get_docstring(node) and not any("validator" in ast.unparse(d) for d in node.decorator_list)
    ]
    assert silent == []


BLENDER = re.compile(r"^\s*(import|from) (bpy|bmesh|mathutils|deploy\.renders)\b", re.MULTILINE)


def test_only_the_renders_import_blender():
    served = [path for room in ("catalog", "editing", "gpu_worker", "deploy") for path in (ROOT / room).rglob("*.py")]
    wrong = [
        path for path in served if ROOT / "deploy/renders" not in path.parents and BLENDER.search(path.read_text())
    ]
    assert wrong == []


def test_nothing_that_serves_imports_training():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for door in ("live", "tasks")
        for path in sorted((ROOT / "gpu_worker" / door).rglob("*.py"))
        for known, name in _rooms_known_by(path)
        if known == "training" and str(path.relative_to(ROOT)) != FINE_TUNING
    ]
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("deploy.asgi, django.urls; django.urls.get_resolver().url_patterns", ("torch", "lpips", "cv2")),
        ("deploy.celery; deploy.celery.app.loader.import_default_modules()", ("torch", "lpips", "cv2")),
        (
            "gpu_worker.tasks.celery",
            ("django.db", "django.conf", "psycopg"),
        ),  # kombu itself loads django.utils where it finds it
        (
            "gpu_worker.contract.answers, gpu_worker.contract.attributes, gpu_worker.contract.studio",
            ("torch", "django", "numpy"),
        ),
        ("gpu_worker.origin.reading", ("torch", "cv2", "django", "boto3")),
        ("gpu_worker.engine.facade", ("celery", "valkey", "boto3", "django", "gpu_worker.training")),
    ],
)
def test_a_fresh_process_does_not_load_what_it_should_not(imported: str, absent: tuple[str, ...]):
    code = f"import sys, {imported}\nprint([m for m in {absent!r} if m in sys.modules])"
    environment = dict(os.environ)
    if imported.startswith("gpu_worker"):
        del environment["DJANGO_SETTINGS_MODULE"]  # Celery loads Django where it is set; a worker does not have it
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr[-2000:]
