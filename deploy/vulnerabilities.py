"""Known vulnerabilities of what is pinned: `python -m deploy.vulnerabilities`, a part of `make lint`.

Works offline on a copy of OSV's advisories for PyPI (the file `PyPI/all.zip` of its public bucket), whose path is in
ADVISORIES; pin it by keeping the file. Without one it says that nothing was checked, and ends well; with
`--required` that is an error, as a release asks for it.
"""

import argparse
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "constraints.txt"
ACCEPTED = ROOT / "deploy" / "accepted-advisories.txt"  # lines: id, day until when, why


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--required", action="store_true", help="a missing database is an error")
    options = parser.parse_args(arguments)
    path = os.environ.get("ADVISORIES", "")
    if not path or not Path(path).is_file():
        sys.stdout.write("Vulnerabilities: SKIPPED, nothing was checked. Set ADVISORIES to OSV's PyPI/all.zip.\n")
        return 1 if options.required else 0
    accepted = accepted_today(ACCEPTED.read_text())
    found = [line for line in findings(Path(path), pins(PINS.read_text())) if line.split()[0] not in accepted]
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"Vulnerabilities: none known in {path}.\n")
    return 1 if found else 0


def pins(text: str) -> dict[str, Version]:
    lines = (line.split("==") for line in text.splitlines() if "==" in line)
    return {_plain(name): Version(version.strip()) for name, version in lines}


def accepted_today(text: str) -> set[str]:
    """Advisories that somebody has judged, until the day that they wrote down."""
    rows = [line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {row[0] for row in rows if date.fromisoformat(row[1]) >= date.today()}


def findings(database: Path, pinned: dict[str, Version]) -> Iterator[str]:
    with zipfile.ZipFile(database) as archive:
        for name in sorted(archive.namelist()):
            advisory = json.loads(archive.read(name))
            if advisory.get("withdrawn"):
                continue
            for affected in advisory.get("affected", []):
                package = _plain(affected.get("package", {}).get("name", ""))
                version = pinned.get(package)
                if version and _is_hit(affected, version):
                    yield f"{advisory['id']} {package} {version}: {advisory.get('summary', 'no summary')}"


def _is_hit(affected: dict[str, Any], version: Version) -> bool:
    if str(version) in affected.get("versions", []):
        return True
    ranges = (row["events"] for row in affected.get("ranges", []) if row.get("type") == "ECOSYSTEM")
    return any(_within(events, version) for events in ranges)


def _within(events: list[dict[str, str]], version: Version) -> bool:
    """OSV's rule: the last event at or before the version decides."""
    inside = False
    for event in sorted(events, key=lambda event: _number(next(iter(event.values())))):
        kind, number = next((kind, _number(value)) for kind, value in event.items())
        if number <= version and kind != "last_affected":
            inside = kind == "introduced"
        if kind == "last_affected" and number < version:
            inside = False
    return inside


def _number(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
