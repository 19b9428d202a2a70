"""Fixtures that every part of the suite shares, and the fast lane: `make test FAST=1` leaves out what is marked long."""

from pathlib import Path

import pytest

# Whole folders and files that start processes, drive a browser, try every route or train: minutes together.
LONG = (
    "catalog/hostile",
    "catalog/test_api_schema.py",
    "deploy/test_local_stack.py",
    "end_to_end",
    "faults",
    "gpu_worker",
    "test_permission_matrix.py",
)
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(_HERE).as_posix().startswith(LONG):
            item.add_marker(pytest.mark.long)
