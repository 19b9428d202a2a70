"""What is installed is pinned with hashes, listed, and compared with known vulnerabilities."""

import json
import re
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy import vulnerabilities

ROOT = Path(__file__).resolve().parents[2]
BY_PLATFORM = ("torch", "torchvision", "triton", "nvidia-", "cuda-")  # another file for each kind of machine


def _locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    assert "://" not in text  # no index is named
    entries = re.findall(
        r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==([^ ;]+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
        text,
        re.MULTILINE,
    )
    assert len(entries) == text.count("==")  # every pin has its hashes
    return {package: version for package, version, _ in entries}


def _constraints() -> dict[str, str]:
    return dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if line)


def test_every_package_is_locked_with_hashes_at_the_version_of_the_constraints():
    locked, constraints = _locked("requirements.lock"), _constraints()
    assert len(locked) > 100
    assert {name: constraints.get(name) for name in locked} == locked
    assert not [name for name in locked if name.startswith(BY_PLATFORM)]


def test_the_web_image_installs_what_is_locked_and_nothing_of_the_worker():
    web = _locked("requirements-web.lock")
    assert web.items() <= _locked("requirements.lock").items()
    assert {"django", "celery", "boto3"} <= web.keys()
    assert not {"torch", "kornia", "lpips", "pytest"} & web.keys()
    assert (
        "--require-hashes --no-deps -r requirements-web.lock" in (ROOT / "deploy/containers/Containerfile").read_text()
    )


@pytest.mark.long
def test_the_bill_of_materials_names_every_package(tmp_path: Path):
    file = tmp_path / "sbom.json"
    command = [
        Path(sys.executable).parent / "cyclonedx-py",
        "requirements",
        ROOT / "requirements.lock",
        "--of",
        "JSON",
        "-o",
        file,
    ]
    subprocess.run(command, check=True, capture_output=True)
    bill = json.loads(file.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert {part["name"] for part in bill["components"]} == _locked("requirements.lock").keys()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three advisories as OSV writes them: a range, a list of versions, one that was withdrawn."""
    package = {"ecosystem": "PyPI", "name": "Some_Package"}
    advisories = [
        {"id": "PYSEC-1", "summary": "bad", "affected": [{"package": package, "ranges": [
            {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"fixed": "2.1"}]}]}]},
        {"id": "PYSEC-2", "affected": [{"package": package, "versions": ["3.0"]}]},
        {"id": "PYSEC-3", "withdrawn": "2026-01-01T00:00:00Z", "affected": [{"package": package, "versions": ["3.0"]}]},
        {"id": "PYSEC-4", "affected": [{"package": package, "ranges": [
            {"type": "ECOSYSTEM", "events": [{"introduced": "4.0"}, {"last_affected": "4.2"}]}]}]},
    ]  # fmt: skip
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for advisory in advisories:
            archive.writestr(f"{advisory['id']}.json", json.dumps(advisory))
    return file


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.1", ["PYSEC-1"]),
        ("1.2", []),
        ("2.0.5", ["PYSEC-1"]),
        ("2.1", []),
        ("3.0", ["PYSEC-2"]),
        ("4.2", ["PYSEC-4"]),
        ("4.3", []),
    ],
)
def test_a_pinned_version_is_compared_with_the_advisories(database: Path, version: str, expected: list[str]):
    found = vulnerabilities.findings(database, vulnerabilities.pins(f"some-package=={version}"))
    assert [line.split()[0] for line in found] == expected


def test_without_a_database_it_says_that_nothing_was_checked(monkeypatch, capsys):
    monkeypatch.delenv("ADVISORIES", raising=False)
    assert vulnerabilities.main([]) == 0
    assert "SKIPPED" in capsys.readouterr().out
    assert vulnerabilities.main(["--required"]) == 1


def test_an_accepted_advisory_is_accepted_until_its_day():
    tomorrow, yesterday = (date.today() + timedelta(days=days) for days in (1, -1))
    text = f"# id, until, why\nPYSEC-1 {tomorrow} not reachable\nPYSEC-2 {yesterday} was not reachable\n"
    assert vulnerabilities.accepted_today(text) == {"PYSEC-1"}
