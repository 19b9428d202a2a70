import json
import subprocess
import sys
from typing import Any

import pytest

from tests.catalog.hostile.corpus import corpus

CASES = corpus()
SECONDS = 2.0
MEGABYTES = 300


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the decoder did with each file, measured in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, (_, data, _) in enumerate(CASES.values()):
        (folder / str(number)).write_bytes(data)
    (folder / "titles.json").write_text(json.dumps([(title, name) for title, (name, _, _) in CASES.items()]))
    command = [sys.executable, "-m", "tests.catalog.hostile.measure", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)


def test_the_corpus_is_large_enough():
    assert len(CASES) >= 60


@pytest.mark.parametrize("title", CASES)
def test_a_hostile_file_is_refused_with_a_sentence(title: str, measured: dict[str, Any]):
    sentence, expected = measured[title]["sentence"], CASES[title][2]
    assert sentence is not None, "the file was taken"
    assert expected in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 160


@pytest.mark.parametrize("title", CASES)
def test_a_hostile_file_costs_little(title: str, measured: dict[str, Any]):
    assert measured[title]["seconds"] < SECONDS
    assert measured[title]["megabytes"] < MEGABYTES


def test_damaged_photos_are_refused_or_decoded_and_nothing_else():
    """300 of them, and each once more as if it had got past the door to a worker."""
    command = [sys.executable, "-m", "tests.catalog.hostile.mutated", "--count", "60"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)
    outcomes = report["outcomes"]
    assert set(outcomes) == {f"{door}: {what}" for door in ("by_shop", "by_worker") for what in ("refused", "taken")}
    assert sum(outcomes.values()) == 2 * 300
    assert report["seconds"] < SECONDS
    assert report["megabytes"] < MEGABYTES
