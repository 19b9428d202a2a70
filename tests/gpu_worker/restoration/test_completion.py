import cv2
import numpy as np
import pytest

from benchmarks.engine.holes import LEAST, MOST, free_form_hole
from gpu_worker.contract.marks import Remove, Stroke, Swatch
from gpu_worker.engine.beforehand import brought_over
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.removal import hole_of
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.restoration.completion import NothingMarked, TooMuchMarked, complete
from gpu_worker.transfer.hole import pushed_and_pulled

HAND = (202, 158, 134)


@pytest.fixture
def held(photo: Photo) -> tuple[Photo, np.ndarray]:
    """A product with a hand on it, from the photo's border, and what somebody brushed over."""
    hole = np.zeros(photo.pixels.shape[:2], np.uint8)
    cv2.line(hole, (0, 300), (140, 170), 255, 30)
    pixels = photo.pixels.copy()
    pixels[hole > 0] = HAND
    return Photo(pixels=pixels), hole


def test_the_hand_is_gone_and_nothing_else_has_changed(engine: Engine, held: tuple[Photo, np.ndarray]):
    photo, hole = held
    done = complete(photo, hole, engine.manifold)
    assert (done.photo.pixels[hole == 0] == photo.pixels[hole == 0]).all()
    away = np.abs(done.photo.pixels[hole > 0].astype(int) - HAND).max(1)
    assert np.median(away) > 30
    ground = done.photo.pixels[270:300, 5:40][hole[270:300, 5:40] > 0]
    assert np.abs(ground.astype(int) - photo.pixels[20, 20]).max() < 24, "beyond the product its ground goes on"
    assert 0 < done.made < 0.4


@pytest.mark.parametrize(("share", "refusal"), [(0.0, NothingMarked), (1.0, TooMuchMarked)])
def test_what_cannot_be_completed_is_refused(engine: Engine, photo: Photo, share: float, refusal: type[Exception]):
    hole = np.zeros(photo.pixels.shape[:2], np.uint8)
    hole[60:250, 20 : 20 + round(250 * share)] = 255 if share else 0
    with pytest.raises(refusal):
        complete(photo, hole, engine.manifold)


def test_removing_can_be_stopped(engine: Engine, held: tuple[Photo, np.ndarray]):
    class Stop(Exception):
        pass

    def stop(done: int, steps: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        complete(*held, engine.manifold, stop)


def test_an_edit_removes_first_and_does_the_rest_on_what_is_left(engine: Engine, held: tuple[Photo, np.ndarray]):
    photo, hole = held
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    alone = engine.edit(projection, [Remove(mask_key="hand")], masks={"hand": hole}).variants
    assert len(alone) == 1
    assert alone[0].warnings, "a person looks at what a computer made up"
    assert (alone[0].pixels == complete(photo, hole, engine.manifold).photo.pixels).all()
    dyed = engine.edit(projection, [Swatch(colour="#2040a0"), Remove(mask_key="hand")], masks={"hand": hole}).variants[
        0
    ]
    assert dyed.measures["swatch_de2000"] < 1
    unmarked = (hole == 0) & (dyed.alpha == 0)
    assert (dyed.pixels[unmarked] == photo.pixels[unmarked]).all()


def test_strokes_reach_beyond_the_frame_and_stay_where_they_are_on_the_photo(
    engine: Engine, held: tuple[Photo, np.ndarray]
):
    old = engine.project(held[0], settings=ProjectionSettings(method="encoder"))
    mark = Remove(strokes=[Stroke(points=[(-0.05, 0.5), (0.4, 0.5)], radius=0.05)])
    cleared, _ = engine.cleared(old, [mark])
    before = hole_of([mark], old.frame, old.photo.pixels, {})
    after = hole_of(brought_over([mark], old.frame, cleared.frame), cleared.frame, old.photo.pixels, {})
    assert before[:, 0].any()
    assert (before != after).mean() < 0.01


def test_pushing_and_pulling_keeps_what_is_known_and_an_even_colour_even():
    random = np.random.default_rng(0)
    field = random.random((37, 50, 3)).astype(np.float32)
    known = (random.random((37, 50)) > 0.5).astype(np.float32)
    made = pushed_and_pulled(field, known)
    assert (made[known > 0] == field[known > 0]).all()
    assert field.min() <= made.min() <= made.max() <= field.max()
    assert np.allclose(pushed_and_pulled(np.full_like(field, 0.25), known), 0.25, atol=1e-6)


def test_free_form_holes_cover_what_they_should():
    product = np.zeros((192, 192), bool)
    product[60:140, 20:170] = True
    random = np.random.default_rng(1)
    shares = [(free_form_hole(product, random) & product).sum() / product.sum() for _ in range(20)]
    assert max(shares) <= MOST
    assert sum(share >= LEAST for share in shares) >= 19
