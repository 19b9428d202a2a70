import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from gpu_worker.contract.marks import Stroke as Line
from gpu_worker.contract.marks import Swatch
from gpu_worker.contract.marks import Units as Mark
from gpu_worker.contract.parts import PARTS
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.painting import NotPaintable, measured, painted
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.units import LAYERS, MAP_SIDE, Units, load_units
from gpu_worker.painting.units import Stroke, features, painting
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings

LACES = 1 + PARTS["shoe"].index("laces")
HERE = (slice(10, 16), slice(12, 20))


def _units(manifold: Manifold, latents: torch.Tensor) -> Units:
    """The first half of the products have laces in one place, the other half none."""
    maps = torch.ones(len(latents), MAP_SIDE, MAP_SIDE, dtype=torch.uint8)
    maps[: len(latents) // 2, HERE[0], HERE[1]] = LACES
    return Units(w_plus=latents, maps=maps, parts=PARTS["shoe"], agreement={})


@pytest.fixture
def knowing(manifold: Manifold) -> Manifold:
    return replace(manifold, units=_units(manifold, manifold.sample(12, seed=3)))


def _stroke(action: str = "add") -> Stroke:
    alpha = torch.zeros(1, 1, MAP_SIDE, MAP_SIDE)
    alpha[:, :, HERE[0], HERE[1]] = 1
    return Stroke(
        part="laces",
        action=action,
        strength=1.0,
        alpha=alpha,
        product=torch.ones_like(alpha),
        own=torch.zeros_like(alpha),
    )  # type: ignore[arg-type]


def test_units_change_under_the_brush_and_nowhere_else(knowing: Manifold):
    own = knowing.sample(1, seed=9)
    paint = painting(knowing, own, _stroke())
    assert paint is not None
    for side, before in features(knowing, own).items():
        after = paint(side, before)
        apart = (after - before).abs().amax((0, 1))
        scale = MAP_SIDE // side
        inside = torch.zeros(side, side, dtype=torch.bool)
        inside[10 // scale : 16 // scale, 12 // scale : 20 // scale] = True
        assert apart[inside].min() > 0 and apart[~inside].max() == 0
    assert paint(4, before) is before


def test_products_that_do_not_differ_change_nothing(manifold: Manifold):
    own = manifold.sample(1, seed=9)
    same = replace(manifold, units=_units(manifold, own.expand(8, -1, -1).contiguous()))
    paint = painting(same, own, _stroke())
    assert paint is not None
    for side, before in features(manifold, own).items():
        assert torch.allclose(paint(side, before), before, atol=1e-4)


def test_nothing_is_painted_where_no_product_has_the_part(knowing: Manifold):
    elsewhere = torch.zeros(1, 1, MAP_SIDE, MAP_SIDE)
    elsewhere[..., 26:, 26:] = 1
    assert painting(knowing, knowing.sample(1, seed=9), replace(_stroke(), alpha=elsewhere)) is None
    assert painting(knowing, knowing.sample(1, seed=9), replace(_stroke("remove"), alpha=elsewhere)) is not None


LINE = Line(points=[(0.4, 0.4), (0.6, 0.42)], radius=0.06)


@pytest.mark.parametrize("action", ["add", "remove"])
def test_a_painted_photo_is_the_photo_beyond_the_brush(engine: Engine, knowing: Manifold, photo: Photo, action: str):
    painter = Engine(knowing, engine.perceptual)
    projection = painter.project(photo, settings=ProjectionSettings(method="encoder"))
    mark = Mark.model_validate({"part": "laces", "action": action, "strokes": [LINE]})
    after = painted(painter, projection, mark)
    changed = (after.projection.photo.pixels != photo.pixels).any(2)
    assert changed.any() and not changed[:100].any() and not changed[200:].any()
    assert measured(projection, after, mark, "shoe")["outside_changed"] == 0


def test_other_marks_are_meant_for_the_painted_photo(engine: Engine, knowing: Manifold, photo: Photo):
    painter = Engine(knowing, engine.perceptual)
    projection = painter.project(photo, settings=ProjectionSettings(method="encoder"))
    (made,) = painter.edit(
        projection, [Swatch(colour="#2040a0"), Mark(part="laces", action="remove", strokes=[LINE])]
    ).variants
    assert made.measures["swatch_de2000"] < 1
    assert made.measures["outside_changed"] == 0 and made.warnings, "a person looks at what a computer made up"


def test_what_cannot_be_painted_is_refused_in_a_sentence(engine: Engine, knowing: Manifold, photo: Photo):
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    with pytest.raises(NotPaintable, match="cannot take the collar away on a shoe: it can take laces away"):
        engine.edit(projection, [Mark(part="collar", action="remove", strokes=[LINE])])
    with pytest.raises(NotPaintable, match="were not looked into"):
        engine.edit(projection, [Mark(part="laces", action="remove", strokes=[LINE])])
    corner = Line(points=[(0.95, 0.95)], radius=0.02)
    with pytest.raises(EmptyRegion, match="No shoe is known with laces there"):
        painted(Engine(knowing, engine.perceptual), projection, Mark(part="laces", action="add", strokes=[corner]))


def test_units_of_other_weights_are_as_good_as_none(tmp_path: Path, manifold: Manifold):
    content = {"manifold_version": manifold.version, "parts": list(PARTS["shoe"]), "agreement": {"laces": {}}}
    tensors = {
        "w_plus": manifold.sample(2, seed=1).half(),
        "maps": torch.zeros(2, MAP_SIDE, MAP_SIDE, dtype=torch.uint8),
    }
    (tmp_path / "units.json").write_text(json.dumps(content))
    save_file(tensors, tmp_path / "units.safetensors", metadata={"manifold_version": manifold.version})
    found = load_units(tmp_path, manifold.version, "cpu")
    assert found is not None and found.parts == PARTS["shoe"] and found.w_plus.dtype == torch.float32
    assert np.isclose(float(found.product(LAYERS[0]).sum()), 0)
    assert load_units(tmp_path, "another", "cpu") is None
    assert load_units(tmp_path / "nothing", manifold.version, "cpu") is None
