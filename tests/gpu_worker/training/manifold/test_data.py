import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gpu_worker.training.manifold.data import crop_for, is_held_out, load_photos, resize_for


def _shoe(size: tuple[int, int], box: tuple[int, int, int, int], background: str = "white") -> bytes:
    image = Image.new("RGB", size, background)
    ImageDraw.Draw(image).ellipse(box, fill="#8a2b12")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_photos_of_any_size_come_into_the_frame_and_the_rest_is_rejected_with_a_reason(tmp_path: Path):
    (tmp_path / "good.png").write_bytes(_shoe((400, 300), (60, 120, 200, 190)))
    (tmp_path / "empty.png").write_bytes(_shoe((400, 300), (0, 0, 0, 0)))
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    photos = load_photos(tmp_path, crop_for("shoe", 64))
    assert photos.ids == ["good"]
    assert photos.rejected.keys() == {"empty", "broken"} and all(photos.rejected.values())
    columns = np.nonzero((photos.images_nchw[0].float().mean(0) < 200).any(0).numpy())[0]
    assert columns[-1] - columns[0] + 1 == pytest.approx(0.91 * 64, abs=1.5)


def test_a_tar_of_crops_is_read_in_the_order_of_ids(tmp_path: Path):
    with tarfile.open(tmp_path / "crops.tar", "w") as archive:
        for name in ("b", "a"):
            content = _shoe((48, 48), (8, 12, 40, 36))
            member = tarfile.TarInfo(f"{name}.png")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    photos = load_photos(tmp_path / "crops.tar", resize_for(32))
    assert photos.ids == ["a", "b"] and photos.images_nchw.shape == (2, 3, 32, 32)


def test_nothing_usable_is_an_error(tmp_path: Path):
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="no usable photo"):
        load_photos(tmp_path, resize_for(32))


def test_five_per_cent_are_held_out_and_the_choice_never_changes():
    held_out = [i for i in range(10_000) if is_held_out(str(i))]
    assert 0.04 < len(held_out) / 10_000 < 0.06
    assert held_out[:5] == [i for i in range(held_out[4] + 1) if is_held_out(str(i))]
