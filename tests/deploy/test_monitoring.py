"""Alert rules and the dashboard: readable by Prometheus, tried by its own tests, and about metrics that exist."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from catalog import outages  # noqa: F401  registers its counter
from deploy import metrics  # noqa: F401  registers its histogram
from deploy.backlog import Backlog

FOLDER = Path(__file__).resolve().parents[2] / "deploy/monitoring"
GROUPS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "rules.yaml").read_text())["groups"]
RULES = [rule for group in GROUPS for rule in group["rules"]]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
NAME = re.compile(r"colorway(?::\w+)+|colorway_\w+")


@pytest.fixture
def known(db: None) -> set[str]:
    """What processes serve, and what rules record."""
    families = [*REGISTRY.collect(), *Backlog().collect()]
    served = {family.name for family in families if family.name.startswith("colorway")}
    suffixes = {f"{name}{end}" for name in served for end in ("", "_total", "_count", "_sum", "_bucket")}
    return suffixes | {rule["record"] for rule in RULES if "record" in rule}


def test_rules_speak_of_metrics_that_exist(known: set[str]):
    assert {name for rule in RULES for name in NAME.findall(rule["expr"])} <= known


def test_the_dashboard_shows_metrics_that_exist_and_no_two_panels_overlap(known: set[str]):
    named = {
        name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in NAME.findall(target["expr"])
    }
    assert named <= known
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]}) == len(
        DASHBOARD["panels"]
    )


def test_every_alert_says_how_urgent_it_is_and_what_to_do():
    for rule in RULES:
        if "alert" in rule:
            assert rule["labels"]["severity"] in {"page", "ticket"}
            assert rule["annotations"]["summary"]
            assert rule["annotations"]["action"]


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool (Debian: prometheus) is not installed")
@pytest.mark.parametrize("command", [["check", "rules", "rules.yaml"], ["test", "rules", "rules_test.yaml"]])
def test_prometheus_itself_takes_the_rules_and_they_fire_when_they_should(command: list[str]):
    run = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
