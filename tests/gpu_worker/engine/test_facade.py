import numpy as np
import pytest
import torch

from gpu_worker.contract import marks
from gpu_worker.edits.errors import NothingAsked, WrongLatent
from gpu_worker.edits.solver import SolverState, Step
from gpu_worker.engine.facade import Cancelled, Engine, Progress, Projection
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import WrongMask
from gpu_worker.projection.project import ProjectionSettings

FEW = marks.SolverOptions(steps=4)


@pytest.fixture
def projection(engine: Engine, photo: Photo) -> Projection:
    return engine.project(photo, settings=ProjectionSettings(steps=3))


def test_a_recoloured_photo_is_on_its_swatches_and_carries_measures(engine: Engine, projection: Projection) -> None:
    swatches = ["#c1121f", "#1d3557", "#f4f4f2"]
    variants = engine.recolour(projection, swatches, options=FEW)
    assert len(variants) == 3
    for variant in variants:
        assert variant.pixels.shape == projection.photo.pixels.shape
        assert variant.measures["swatch_de2000"] < 1
        assert variant.measures["background_changed"] == 0
        assert variant.measures["structure"] > 0.8
        assert not variant.warnings
    assert not (variants[0].pixels == variants[1].pixels).all()


def test_a_stored_latent_gives_the_same_variant(engine: Engine, projection: Projection) -> None:
    again = engine.restore(projection.photo, projection.w_plus_bytes(), engine.manifold.version)
    first, second = (engine.recolour(p, ["#c1121f"], options=FEW)[0] for p in (projection, again))
    assert (first.pixels == second.pixels).all()
    assert (first.w_plus == second.w_plus).all()


def test_another_manifolds_latent_is_refused(engine: Engine, projection: Projection) -> None:
    with pytest.raises(WrongLatent):
        engine.restore(projection.photo, projection.w_plus_bytes(), "0" * 16)


def test_every_kind_of_edit_goes_through_and_leaves_the_background(engine: Engine, projection: Projection) -> None:
    stroke = marks.Stroke(points=[(0.3, 0.45), (0.5, 0.5)], radius=0.05)
    constraints: list[marks.Constraint] = [
        marks.Swatch(colour="#2040a0"),
        marks.ColourBrush(strokes=[stroke], colour="#30a040"),
        marks.Warp(drags=[marks.Drag(source=(0.85, 0.5), target=(0.93, 0.5))]),
    ]
    result = engine.edit(projection, constraints, marks.SolverOptions(steps=4, candidates=2, frames=4))
    assert 1 <= len(result.variants) <= 2
    assert len(result.sequence) == 4
    for variant in result.variants:
        assert variant.pixels.shape == projection.photo.pixels.shape
        assert variant.measures["background_changed"] == 0
        assert np.isfinite(list(variant.measures.values())[:3]).all()


def test_a_given_mask_is_the_region(engine: Engine, projection: Projection) -> None:
    mask = np.zeros((320, 320), np.uint8)
    mask[100:180, 60:140] = 255
    variant = engine.recolour(projection, ["#2040a0"], region=mask, options=FEW)[0]
    changed = (variant.pixels != projection.photo.pixels).any(2)
    assert changed[110:170, 70:130].mean() > 0.99
    assert changed[:, 160:].sum() == 0
    with pytest.raises(WrongMask):
        engine.recolour(projection, ["#2040a0"], region=mask[:100])


def test_a_drag_moves_the_photos_own_pixels_and_brings_no_colour(engine: Engine, projection: Projection) -> None:
    drag = marks.Warp(drags=[marks.Drag(source=(0.6, 0.42), target=(0.66, 0.42))])
    moved = engine.edit(projection, [drag], FEW).variants[0].pixels
    before = {tuple(c) for c in projection.photo.pixels.reshape(-1, 3).astype(int) // 32}
    after = moved.reshape(-1, 3).astype(int) // 32
    assert (moved != projection.photo.pixels).any()
    assert np.mean([tuple(c) in before for c in after]) > 0.99


def test_out_of_memory_halves_the_batch_and_changes_nothing(
    engine: Engine, projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    swatches = ["#2040a0", "#c1121f", "#228b22"]
    at_once = engine.recolour(projection, swatches, options=FEW)
    advance, refused = SolverState.advance, []

    def small_only(state: SolverState) -> Step:
        if len(state.latents) > 1:
            refused.append(len(state.latents))
            raise torch.OutOfMemoryError
        return advance(state)

    monkeypatch.setattr(SolverState, "advance", small_only)
    one_by_one = engine.recolour(projection, swatches, options=FEW)
    assert refused == [3]
    for first, second in zip(at_once, one_by_one, strict=True):
        assert (first.pixels == second.pixels).all()
        assert np.allclose(first.w_plus, second.w_plus, atol=1e-3)


def test_progress_is_reported_and_cancelling_stops(engine: Engine, projection: Projection) -> None:
    seen: list[Progress] = []
    engine.recolour(projection, ["#2040a0"], options=FEW, callback=seen.append)
    assert [p.stage for p in seen] == ["solve"] * 4 + ["transfer"]
    assert seen[0].preview is not None

    def cancel(progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        engine.edit(projection, [marks.Swatch(colour="#2040a0")], FEW, callback=cancel)


def test_no_swatch_and_no_colour_are_errors(engine: Engine, projection: Projection) -> None:
    with pytest.raises(NothingAsked):
        engine.recolour(projection, [])
    with pytest.raises(ValueError, match=r"#rrggbb|colour|pattern"):
        engine.recolour(projection, ["reddish"])


def test_samples_are_three_times_the_trunks_size(engine: Engine) -> None:
    assert engine.sample(3).shape == (3, 96, 96, 3)
    assert (engine.sample(2, seed=4) == engine.sample(2, seed=4)).all()


def test_a_session_goes_on_from_its_last_step_and_the_newest_wish_wins(engine: Engine, projection: Projection) -> None:
    session = engine.session(projection)
    with pytest.raises(NothingAsked):
        session.step()
    session.update([marks.Swatch(colour="#2040a0")], FEW)
    first = session.step(3)
    assert first.step == 3
    session.update([marks.Swatch(colour="#c1121f")], FEW)
    second = session.step()
    assert second.step == 1
    assert not np.allclose(second.w_plus, projection.w_plus)
    red = session.render(160)
    assert max(red.shape[:2]) == 160
    centre = red[60:80, 40:60].reshape(-1, 3).mean(0)
    assert centre[0] > centre[2] + 60
    session.reset()
    assert np.allclose(session.w_plus, projection.w_plus)


def test_rival_sessions_start_apart_and_repeat(engine: Engine, projection: Projection) -> None:
    zero, one, again = (engine.session(projection, seed=seed).w_plus for seed in (0, 1, 1))
    assert np.allclose(zero, projection.w_plus)
    assert not np.allclose(zero, one)
    assert (one == again).all()


def test_a_session_from_scratch_needs_no_photo(engine: Engine) -> None:
    session = engine.session(None, seed=2)
    session.update([marks.ColourBrush(strokes=[marks.Stroke(points=[(0.5, 0.5)], radius=0.2)], colour="#ff0000")], FEW)
    assert session.step().image.shape == (32, 32, 3)
    assert session.render().shape == session.picture().shape == (96, 96, 3)
