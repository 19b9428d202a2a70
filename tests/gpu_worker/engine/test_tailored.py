"""An attribute that is cut from the photo: through the engine, on a rendered shoe."""

from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.contract.marks import Attribute, Swatch
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.tailored import TAILORED
from gpu_worker.engine.values import Projection
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings

PICTURES = Path(__file__).resolve().parents[3] / "editing" / "demo" / "pictures"


@pytest.fixture(scope="module")
def shoes() -> Engine:
    return Engine.load(BUNDLES / "shoe")


def _projected(engine: Engine, product: str) -> Projection:
    photo = decode_photo((PICTURES / product / "side.jpg").read_bytes())
    return engine.project(photo, settings=ProjectionSettings(method="encoder"))


def _heel(engine: Engine, amount: float = 2.0) -> Attribute:
    direction = np.zeros(engine.manifold.mean_w.shape[-1], "<f4")
    direction[0] = 1
    return Attribute(name="high heel", direction=b64encode(direction.tobytes()), amount=amount)


def test_a_ballerina_gets_a_heel_and_is_dyed_on_it(shoes: Engine):
    projection = _projected(shoes, "ballet")
    alone = shoes.edit(projection, [_heel(shoes)]).variants[0]
    assert alone.measures["reached"] == 1.0 and alone.measures["artificial"] < 0.25
    assert 0.05 < alone.measures["new"] < 0.3 and alone.warnings == [TAILORED]
    before, toe = projection.photo.pixels, slice(700, None)
    assert (alone.pixels[:, toe] == before[:, toe]).all()
    assert np.flatnonzero((alone.alpha > 127).any(1))[0] < np.flatnonzero((projection.mask.alpha > 127).any(1))[0] - 50
    both = shoes.edit(projection, [Swatch(colour="#1d2a4d"), _heel(shoes)]).variants[0]
    upper = both.pixels[80:110, 70:100].mean((0, 1))
    assert upper[2] > upper[0] and both.measures["swatch_de2000"] < 2.5 and both.warnings[0] == TAILORED


def test_what_cannot_carry_it_says_why(shoes: Engine):
    with pytest.raises(DoesNotFit, match="trainer"):
        shoes.edit(_projected(shoes, "plimsoll"), [_heel(shoes)])


@pytest.fixture(scope="module")
def shirts() -> Engine:
    return Engine.load(BUNDLES / "shirt")


def _more(engine: Engine, name: str) -> Attribute:
    return _heel(engine, 3.0).model_copy(update={"name": name})


def test_a_t_shirt_on_nobody_gets_a_collar_and_its_sleeves_stay(shirts: Engine):
    photo = decode_photo((PICTURES / "linden-tee" / "front.jpg").read_bytes())
    projection = shirts.project(photo, settings=ProjectionSettings(method="encoder"))
    variant = shirts.edit(projection, [_more(shirts, "collar and buttons")]).variants[0]
    assert variant.measures["reached"] == 1.0 and variant.measures["artificial"] < 0.25
    changed = (variant.pixels != photo.pixels).any(2)
    columns, rows = np.flatnonzero(changed.any(0)), np.flatnonzero(changed.any(1))
    left, _, right, bottom = projection.mask.box
    middle = (left + right) / 2
    assert columns[0] > left + 0.25 * (right - left) and columns[-1] < right - 0.25 * (right - left)
    assert rows[-1] > bottom - 0.05 * photo.height and abs(columns.mean() - middle) < 0.02 * photo.width
    formal = shirts.edit(projection, [_more(shirts, "formal")]).variants[0]
    assert (formal.pixels == variant.pixels).all()  # on nobody no arms are seen: a collar is all there is to be had


def test_a_shirt_that_is_formal_already_says_so(shirts: Engine):
    photo = decode_photo((PICTURES / "oxford" / "front.jpg").read_bytes())
    projection = shirts.project(photo, settings=ProjectionSettings(method="encoder"))
    with pytest.raises(DoesNotFit, match="already"):
        shirts.edit(projection, [_more(shirts, "formal")])
