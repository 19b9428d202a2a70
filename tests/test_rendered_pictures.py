"""The pictures of our own products and their exact maps of parts, as `python -m deploy.renders.make` writes them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.models import ProductKind
from editing.demo.products import PICTURES as PICTURE_FOLDER
from editing.demo.products import listed

PICTURES = sorted(PICTURE_FOLDER.glob("*/*.jpg"))


@pytest.mark.parametrize("path", PICTURES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_picture_has_an_exact_map_and_stands_on_white(path: Path):
    picture, parts = Image.open(path), Image.open(path.with_suffix(".parts.png"))
    assert parts.mode == "P" and parts.size == picture.size
    index, colour = np.asarray(parts), np.asarray(picture.convert("RGB"))
    assert 0.1 < (index > 0).mean() < 0.8
    assert len(np.unique(index)) > 1 and index.max() < 16
    edge = np.concatenate([colour[0], colour[-1], colour[:, 0], colour[:, -1]])
    assert np.median(edge) >= 252
    assert (index[0] == 0).all() and (index[-1] == 0).all() and not index[:, [0, -1]].any()


def test_every_product_listed_has_its_pictures_and_every_picture_is_listed():
    rows = listed()
    shown = {PICTURE_FOLDER / row["folder"] / f"{view}.jpg" for row in rows for view in row["views"]}
    assert shown == set(PICTURES)
    assert len({row["sku"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == set(ProductKind.values)
