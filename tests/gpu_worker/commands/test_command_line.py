import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpu_worker.__main__ import main
from gpu_worker.photos.decode import Photo


@pytest.fixture
def photo_file(tmp_path: Path, photo: Photo) -> Path:
    path = tmp_path / "shoe.png"
    Image.fromarray(photo.pixels).save(path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict]:
    status = main([str(argument) for argument in arguments])
    return status, json.loads(capsys.readouterr().out)


def test_recolour_writes_a_picture_per_swatch(
    capsys: pytest.CaptureFixture[str], bundle: Path, photo_file: Path, tmp_path: Path
) -> None:
    status, report = run(
        capsys, "recolour", photo_file, "--bundle", bundle, "--device", "cpu",
        "--swatch", "#c1121f", "--swatch", "#1d3557", "--out", tmp_path / "out",
    )  # fmt: skip
    assert status == 0
    assert len(report["variants"]) == 2
    for variant in report["variants"]:
        assert Image.open(variant["file"]).size == (320, 320)
        assert variant["measures"]["swatch_de2000"] < 1


def test_edit_takes_constraints_from_a_file(
    capsys: pytest.CaptureFixture[str], bundle: Path, photo_file: Path, tmp_path: Path
) -> None:
    wishes = tmp_path / "wishes.json"
    wishes.write_text(json.dumps([{"type": "warp", "drags": [{"source": [0.8, 0.5], "target": [0.9, 0.5]}]}]))
    status, report = run(
        capsys, "edit", photo_file, "--bundle", bundle, "--device", "cpu",
        "--constraints", wishes, "--steps", 3, "--frames", 4, "--out", tmp_path / "out",
    )  # fmt: skip
    assert status == 0
    assert report["frames"] == 4
    assert Image.open(tmp_path / "out" / "shoe-sequence.webp").n_frames == 6
    assert np.asarray(Image.open(tmp_path / "out" / "shoe-sequence.png")).shape == (32, 128, 3)


def test_project_prints_the_table_of_methods(
    capsys: pytest.CaptureFixture[str], bundle: Path, photo_file: Path
) -> None:
    status, report = run(capsys, "project", photo_file, "--bundle", bundle, "--device", "cpu")
    assert status == 0
    assert set(report["median"]) == {"encoder", "optimisation", "hybrid"}
    assert report["median"]["hybrid"]["lpips"] < report["median"]["encoder"]["lpips"]


def test_sample_and_compare_draw_sheets(
    capsys: pytest.CaptureFixture[str], bundle: Path, photo_file: Path, tmp_path: Path
) -> None:
    assert (
        run(capsys, "sample", "--bundle", bundle, "--device", "cpu", "--count", 4, "--out", tmp_path / "s.png")[0] == 0
    )
    status, report = run(
        capsys,
        "compare",
        photo_file.parent,
        "--bundle",
        bundle,
        "--device",
        "cpu",
        "--limit",
        1,
        "--out",
        tmp_path / "o",
    )
    assert status == 0
    assert report["median"]["engine"]["swatch_de2000"] < 1
    assert (tmp_path / "o" / "compare.png").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"not a picture", "photo_unreadable"), (None, "FileNotFoundError")],
)
def test_a_bad_photo_is_told_as_json(
    capsys: pytest.CaptureFixture[str], bundle: Path, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "x.png"
    if content is not None:
        path.write_bytes(content)
    status, report = run(
        capsys, "recolour", path, "--bundle", bundle, "--device", "cpu", "--swatch", "#c1121f", "--out", tmp_path
    )
    assert status == 2
    assert report["error"] == code


def test_a_missing_bundle_is_told(capsys: pytest.CaptureFixture[str], photo_file: Path, tmp_path: Path) -> None:
    status, report = run(
        capsys,
        "recolour",
        photo_file,
        "--bundle",
        tmp_path,
        "--device",
        "cpu",
        "--swatch",
        "#c1121f",
        "--out",
        tmp_path,
    )
    assert status == 2
    assert report["error"] == "BundleError"


def test_a_small_photo_is_enlarged(capsys: pytest.CaptureFixture[str], photo_file: Path, tmp_path: Path) -> None:
    with Image.open(photo_file) as small:
        width, height = small.size
    status, report = run(
        capsys, "enlarge", photo_file, "--factor", "2", "--device", "cpu", "--out", tmp_path / "large.png"
    )
    assert (status, report["width"], report["height"]) == (0, 2 * width, 2 * height)
    with Image.open(tmp_path / "large.png") as large:
        assert large.size == (2 * width, 2 * height)
