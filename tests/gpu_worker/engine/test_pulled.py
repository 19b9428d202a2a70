"""Pulls at a shirt's hem and outlines along it: the hem goes there, straight, and nothing else moves."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from gpu_worker.contract.marks import Constraint, Drag, SketchBrush, Stroke, Swatch, Warp
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.pulled import at_hem
from gpu_worker.engine.values import Projection
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.live.prepared import Preparation
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from tests.gpu_worker.conftest import save_random_bundle
from tests.gpu_worker.painting.drawn import shirt

HEM = 203 / 256  # of the drawn shirt's frame
UP, ASIDE = Drag(source=(0.5, HEM), target=(0.5, 0.7)), Drag(source=(0.25, 0.3), target=(0.2, 0.3))


def _of(**drawn: bool) -> Any:
    return SimpleNamespace(named=lambda kind: SimpleNamespace(found=shirt(**drawn)))


def _outline(*points: tuple[float, float]) -> SketchBrush:
    return SketchBrush(strokes=[Stroke(points=list(points))])


def test_pulls_at_the_hem_go_apart_from_all_other_marks():
    swatch = Swatch(colour="#2040a0")
    (pull,), rest = at_hem([Warp(drags=[ASIDE, UP]), swatch], _of(), "shirt")
    assert pull.drags == [UP] and rest == [Warp(drags=[ASIDE]), swatch]
    assert at_hem([Warp(drags=[UP])], _of(), "shoe") == ([], [Warp(drags=[UP])])


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(Warp(drags=[ASIDE]), id="a sleeve's"),
        pytest.param(Warp(drags=[Drag(source=(0.5, HEM), target=(0.6, 0.77))]), id="sideways"),
        pytest.param(Warp(drags=[Drag(source=(0.5, 0.6), target=(0.5, 0.5))]), id="within the body"),
        pytest.param(_outline((0.45, 0.85), (0.55, 0.85)), id="an outline too short"),
        pytest.param(_outline((0.33, 0.3), (0.67, 0.3)), id="an outline across the chest"),
        pytest.param(_outline((0.33, 0.85), (0.67, 0.85), (0.4, 0.9)), id="an outline that turns back"),
    ],
)
def test_what_is_not_about_the_hem_is_the_manifolds(mark: Constraint):
    assert at_hem([mark], _of(), "shirt") == ([], [mark])


@pytest.mark.parametrize(
    ("drawn", "why"),
    [("ruled", "ends above this shirt's hem"), ("trousers", "even ground"), ("printed", "too little plain cloth")],
)
def test_a_hem_that_cannot_go_up_is_refused_and_one_that_cannot_go_down_is_the_manifolds(drawn: str, why: str):
    with pytest.raises(DoesNotFit, match=why):
        at_hem([Warp(drags=[UP])], _of(**{drawn: True}), "shirt")
    mark = Warp(drags=[Drag(source=(0.5, HEM), target=(0.5, 0.87))])
    assert at_hem([mark], _of(**{drawn: True}), "shirt") == ([], [mark])


def test_a_shirt_of_which_no_body_was_found_has_no_hem():
    found = shirt()
    bare = replace(found, labels=np.where(found.labels == 0, 1, found.labels))
    given: Any = SimpleNamespace(named=lambda kind: SimpleNamespace(found=bare))
    assert at_hem([Warp(drags=[UP])], given, "shirt") == ([], [Warp(drags=[UP])])


def test_an_outline_leads_the_hem_in_every_column():
    mark = _outline((0.7, 0.9), (0.5, 0.85), (0.3, 0.8))  # drawn from right to left
    (pull,), rest = at_hem([mark], _of(), "shirt")
    assert rest == []
    ways = np.array([[*drag.source, *drag.target] for drag in pull.drags])
    assert (np.diff(ways[:, 0]) > 0).all() and ways[:, 0] == pytest.approx(ways[:, 2])
    assert ways[:, 3] == pytest.approx(0.8 + 0.1 * (ways[:, 2] - 0.3) / 0.4)


# ---- on a photo, with the shipped part finder ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("shirt")
    save_random_bundle(folder, seed=5, kind="shirt")
    return Engine(load_bundle(Path(folder)))


@pytest.fixture
def projection(engine: Engine) -> Projection:
    return engine.project(Photo(pixels=_tee()), settings=ProjectionSettings(method="encoder"))


def _tee(ground: int = 120) -> np.ndarray:
    """A T-shirt that lies on white, with so much of it below, in pixels."""
    picture = np.full((430 + ground, 460, 3), 250, np.uint8)
    left = [(190, 50), (120, 75), (40, 190), (95, 225), (135, 180), (130, 425), (180, 430), (230, 431)]
    right = [(460 - x, y) for x, y in reversed(left)]
    cv2.fillPoly(picture, [np.array(left + right)], (60, 90, 160), lineType=cv2.LINE_AA)
    cv2.ellipse(picture, (230, 50), (40, 22), 0, 0, 180, (250, 250, 250), -1, lineType=cv2.LINE_AA)
    return picture


def _pull(projection: Projection, way: int) -> Warp:
    """Up or down from the middle of the hem by so many pixels."""
    side = len(projection.frame.raw)
    source, target = projection.frame.placing.to_frame(np.array([[230.0, 430], [230, 430 + way]])) / side
    return Warp(drags=[Drag(source=tuple(source.tolist()), target=tuple(target.tolist()))])


def _lowest(alpha: np.ndarray) -> np.ndarray:
    """Of columns between the side seams."""
    return np.array([np.flatnonzero(alpha[:, x] > 127)[-1] for x in (150, 230, 310)])


@pytest.mark.parametrize("way", [-50, 40])
def test_the_whole_hem_goes_where_one_place_of_it_was_pulled(engine: Engine, projection: Projection, way: int):
    (variant,) = engine.edit(projection, [_pull(projection, way)]).variants
    assert _lowest(variant.alpha) - _lowest(projection.mask.alpha) == pytest.approx(way, abs=2)
    assert (variant.pixels[:180] == projection.photo.pixels[:180]).all()  # collar, chest and sleeves
    assert variant.measures["drag_error"] < 0.5 and variant.measures["outside_changed"] == 0


def test_as_far_as_there_is_room_and_that_is_said(engine: Engine):
    projection = engine.project(Photo(pixels=_tee(ground=30)), settings=ProjectionSettings(method="encoder"))
    (variant,) = engine.edit(projection, [_pull(projection, 40)]).variants
    moved = _lowest(variant.alpha) - _lowest(projection.mask.alpha)
    assert ((moved > 12) & (moved < 30)).all()
    assert any("has room for" in said for said in variant.warnings)
    assert variant.measures["drag_error"] > 1
    with pytest.raises(DoesNotFit, match="no room below"):
        engine.edit(projection, [_pull(projection, 100)])


def test_a_preview_shows_it(engine: Engine, projection: Projection):
    swatch = Swatch(colour="#2040a0")
    here, rest = Preparation(side=300).take(engine, projection, [swatch, _pull(projection, -50)], {})
    scale = here.photo.height / projection.photo.height
    assert rest == [swatch]
    middle = round(230 * scale)
    assert np.flatnonzero(here.mask.alpha[:, middle] > 127)[-1] == pytest.approx(380 * scale, abs=2)
