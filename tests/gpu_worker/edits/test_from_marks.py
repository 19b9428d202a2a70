from dataclasses import replace

import numpy as np
import pytest
import torch

from gpu_worker.contract import marks
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.contract.parts import PARTS
from gpu_worker.edits.errors import Contradiction, EmptyRegion, NothingAsked, OutOfReach, WrongLatent
from gpu_worker.edits.from_marks import build_constraints, check_masks, read_latent, swatch_region
from gpu_worker.edits.strokes import draw_strokes, mask_in_frame
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.prepared_edit import prepare_edit
from gpu_worker.manifold.examples import Examples
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import WrongMask
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import NamedParts, PartFinder

BODY = marks.Stroke(points=[(0.3, 0.45), (0.45, 0.45)], radius=0.05)


@pytest.fixture
def projection(engine: Engine, photo: Photo) -> Projection:
    return engine.project(photo, settings=ProjectionSettings(method="encoder"))


def build(engine: Engine, projection: Projection, *messages: marks.Constraint) -> list:
    return build_constraints(messages, engine.start_of(projection), engine.manifold)


def test_every_message_becomes_a_constraint(engine: Engine, projection: Projection) -> None:
    direction = np.ones(16, "<f4").tobytes()
    latent = np.zeros((engine.manifold.layers, 16), "<f4").tobytes()
    messages = [
        marks.ColourBrush(strokes=[BODY], colour="#ff0000"),
        marks.Swatch(colour="#0000ff", region="painted", strokes=[BODY]),
        marks.SketchBrush(strokes=[BODY]),
        marks.Warp(drags=[marks.Drag(source=(0.5, 0.5), target=(0.6, 0.5))]),
        marks.Attribute.model_construct(name="tall", direction=direction, amount=1.0, scale=1.0, weight=2.0),
        marks.Keep(strokes=[marks.Stroke(points=[(0.8, 0.6)], radius=0.03)]),
        marks.Morph.model_construct(w_plus=latent, amount=0.5),
    ]
    start = engine.start_of(projection)
    for constraint, weight in build(engine, projection, *messages):
        cost = constraint(start.proposal)
        assert cost.shape == (1,)
        assert bool(cost.isfinite().all())
        assert weight in (1.0, 2.0)


def test_nothing_asked_is_an_error(engine: Engine, projection: Projection) -> None:
    with pytest.raises(NothingAsked):
        build(engine, projection)


def test_one_region_cannot_be_two_colours(engine: Engine, projection: Projection) -> None:
    red, blue = marks.Swatch(colour="#ff0000"), marks.Swatch(colour="#0000ff", region="product")
    with pytest.raises(Contradiction, match="#ff0000"):
        build(engine, projection, red, blue)
    build(engine, projection, red, marks.Swatch(colour="#FF0000", region="product"))


def test_what_is_kept_cannot_be_painted(engine: Engine, projection: Projection) -> None:
    with pytest.raises(Contradiction, match="kept"):
        build(engine, projection, marks.Keep(strokes=[BODY]), marks.ColourBrush(strokes=[BODY], colour="#ff0000"))


def test_a_region_off_the_product_is_an_error(engine: Engine, projection: Projection) -> None:
    corner = marks.Stroke(points=[(0.02, 0.02)], radius=0.02)
    with pytest.raises(EmptyRegion):
        build(engine, projection, marks.Swatch(colour="#ff0000", region="painted", strokes=[corner]))


def test_a_direction_of_another_manifold_is_refused(engine: Engine, projection: Projection) -> None:
    short = marks.Attribute.model_construct(name="tall", direction=b"\0" * 8, amount=1.0, scale=1.0, weight=1.0)
    with pytest.raises(WrongLatent, match="tall"):
        build(engine, projection, short)


def test_a_latent_of_another_size_or_with_nan_is_refused(engine: Engine) -> None:
    with pytest.raises(WrongLatent, match="bytes"):
        read_latent(b"\0" * 12, engine.manifold)
    broken = np.full((engine.manifold.layers, 16), np.nan, "<f4")
    with pytest.raises(WrongLatent, match="no numbers"):
        read_latent(broken.tobytes(), engine.manifold)


def test_a_mask_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(WrongMask, match="5 x 4"):
        check_masks({"m": np.zeros((4, 5), np.uint8)}, 10, 10)


def test_strokes_are_drawn_where_they_are() -> None:
    drawn = draw_strokes([marks.Stroke(points=[(0.25, 0.5), (0.75, 0.5)], radius=0.05)], 64)
    assert drawn[32, 32] == 1
    assert drawn[20, 32] == 0
    assert abs(float(drawn[:, 32].sum()) - 6.4) < 0.5
    assert float(draw_strokes([marks.Stroke(points=[(0.5, 0.5)], radius=0.1)], 64).sum()) == pytest.approx(
        np.pi * 6.4**2, rel=0.05
    )


def test_a_photo_sized_mask_lands_in_the_frame(projection: Projection) -> None:
    mask = np.zeros((320, 320), np.uint8)
    mask[128:141, 178:204] = 255
    small = mask_in_frame(mask, projection.frame.placing, 256)
    x, y = projection.frame.placing.to_frame(np.array([[191.0, 134.5]]))[0]
    assert small[int(y), int(x)] > 0.9
    assert abs(float(small.sum()) - 13 * 26 * projection.frame.placing.scale**2) < 60


def test_a_part_is_named_by_its_rank_and_one_too_many_is_refused(engine: Engine, projection: Projection) -> None:
    start = engine.start_of(projection)
    assert start.parts is not None
    region = swatch_region(marks.Swatch(colour="#c1121f", region="part", part=2), start, {})
    assert (region == start.parts.mask(1)).all()
    with pytest.raises(EmptyRegion, match="parts"):
        swatch_region(marks.Swatch(colour="#c1121f", region="part", part=10), start, {})


def test_a_sole_is_a_region_where_one_was_found(engine: Engine, projection: Projection) -> None:
    start, asked = engine.start_of(projection), marks.Swatch(colour="#c1121f", region="sole")
    assert start.parts is not None
    sole = np.zeros_like(start.parts.sole)
    sole[200:220, 60:200] = True
    assert (swatch_region(asked, replace(start, parts=replace(start.parts, sole=sole)), {}) == sole).all()
    with pytest.raises(EmptyRegion, match="No sole"):
        swatch_region(asked, replace(start, named=None, parts=replace(start.parts, sole=np.zeros_like(sole))), {})


def test_a_named_part_is_dyed_and_nothing_else_and_one_that_is_not_there_is_refused(
    engine: Engine, projection: Projection
) -> None:
    labels = np.zeros((512, 512), np.int8)
    labels[330:420] = PARTS["shoe"].index("lining")  # as if the pale band were the lining
    finder = PartFinder(projection.photo, projection.mask, "shoe")
    frame = crop_to_frame(projection.photo, projection.mask, "shoe", 512)
    labels[frame.alpha <= 0.5] = -1
    finder.__dict__["found"] = NamedParts(
        kind="shoe", frame=frame, labels=labels, confidence={"upper": 0.9, "lining": 0.9}
    )
    start = replace(engine.start_of(projection), named=finder)
    message = marks.Swatch(colour="#c1121f", region="lining")
    edit = prepare_edit(engine.manifold, start, projection, [message], SolverOptions())
    after = edit.finish(start.proposal.w_plus).rendered.pixels
    changed = (after != projection.photo.pixels).any(2)
    _, y = frame.placing.to_photo(np.array([[0, 330.0]]))[0]
    assert changed[int(y) + 8 : int(y) + 20, 150:170].all()
    assert not changed[: int(y) - 3].any()
    with pytest.raises(EmptyRegion, match=r"^No laces were found in this photo\.$"):
        swatch_region(marks.Swatch(colour="#c1121f", region="laces"), start, {})


def test_an_attribute_is_refused_where_the_photo_is_unlike_all_examples(engine: Engine, projection: Projection) -> None:
    direction = torch.nn.functional.normalize(torch.ones(16), dim=0)
    far = 1e4 + torch.randn(20, 16, generator=torch.Generator().manual_seed(0))
    examples = Examples(direction=direction, having=far + direction, lacking=far, kept=torch.empty(0, 16))
    manifold = replace(engine.manifold, examples=(examples,))
    asked = marks.Attribute.model_construct(
        name="tall", direction=direction.numpy().astype("<f4").tobytes(), amount=3.0, scale=1.0, weight=1.0
    )
    with pytest.raises(OutOfReach, match="cannot be made “tall”"):
        build_constraints([asked], engine.start_of(projection), manifold)


def test_parts_are_looked_for_once_in_a_photo_and_anew_in_another(projection: Projection) -> None:
    assert projection.named("shoe") is projection.named("shoe")
    other = replace(projection, photo=replace(projection.photo))
    assert other.named("shoe") is not projection.named("shoe")
