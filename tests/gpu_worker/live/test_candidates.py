"""A live session on a tiny manifold: the order of its work and what it shows."""

import base64
import io
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from gpu_worker.contract.marks import ColourBrush, Stroke
from gpu_worker.contract.studio import PART_STEP, PreviewNews, PreviewOrder
from gpu_worker.engine.facade import Engine
from gpu_worker.live import candidates as live_session
from gpu_worker.live.candidates import CANDIDATES, FRAMES, LiveSession
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from tests.gpu_worker.manifold.conftest import bundle, exported  # noqa: F401  fixtures


@pytest.fixture
def engine(bundle) -> Engine:  # noqa: F811
    return Engine(load_bundle(bundle))


def red(revision: int, *, strokes: int = 1, colour: str = "#c1121f", choice: int = 0) -> PreviewOrder:
    pen = [Stroke(points=[(0.3, 0.3 + 0.1 * i), (0.6, 0.3 + 0.1 * i)], radius=0.05) for i in range(strokes)]
    marks = [ColourBrush(strokes=pen, colour=colour)] if strokes else []
    return PreviewOrder(
        session=SESSION, revision=revision, kind="shoe", manifold_version="", constraints=marks, seed=11, choice=choice
    )


SESSION = uuid4()


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_session, "MOST_STEPS", 3)
    monkeypatch.setattr(live_session, "RIVAL_STEPS", 2)


def finished(session: LiveSession) -> list[PreviewNews]:
    told = []
    for _ in range(400):
        if not session.has_work:
            break
        if news := session.advance():
            told.append(news)
    assert not session.has_work
    return told


def begun(engine: Engine, order: PreviewOrder) -> LiveSession:
    session = LiveSession(engine=engine, projection=None, first=order, fetch=bytes.fromhex)
    session.take(order)
    return session


def test_the_shown_candidate_settles_before_its_rivals_and_the_way_there(engine: Engine):
    told = finished(begun(engine, red(1)))
    first_settled = next(i for i, news in enumerate(told) if news.settled)
    assert all(len(news.candidates) == 1 for news in told[: first_settled + 1])
    assert len(told[-1].candidates) == CANDIDATES
    assert len(told[-1].frames) == len(FRAMES)
    assert {news.image for news in told[first_settled:]} == {told[-1].image}, "the settled picture stays"


def test_the_same_order_again_gives_the_same_picture(engine: Engine):
    one, other = (next(n for n in finished(begun(engine, red(1))) if n.settled) for _ in range(2))
    assert one.image == other.image


def test_what_a_removed_mark_did_does_not_linger(engine: Engine):
    fresh = next(n for n in finished(begun(engine, red(1))) if n.settled)
    session = begun(engine, red(1, strokes=3, colour="#1d3557"))
    finished(session)
    session.take(red(2))
    again = next(n for n in finished(session) if n.settled)
    assert again.image == fresh.image


def test_an_older_order_changes_nothing(engine: Engine):
    session = begun(engine, red(5))
    session.take(red(4, strokes=0))
    assert (session.revision, len(session.order.constraints)) == (5, 1)


def test_an_empty_canvas_shows_products_to_begin_with(engine: Engine):
    told = finished(begun(engine, red(0, strokes=0)))
    assert len(told) == 1
    assert told[0].settled
    assert len(set(told[0].candidates)) == CANDIDATES


def test_a_chosen_candidate_is_the_one_that_is_shown(engine: Engine):
    session = begun(engine, red(1))
    finished(session)
    session.take(red(2, choice=2))
    settled = next(n for n in finished(session) if n.settled)
    alone = next(n for n in finished(begun(engine, red(1))) if n.settled)
    assert settled.image != alone.image


def test_a_photos_parts_are_told_once_it_has_settled(engine: Engine, photo: Photo):
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    order = red(1, strokes=0)
    session = LiveSession(engine=engine, projection=projection, first=order, fetch=bytes.fromhex)
    session.take(order)
    first, last = finished(session)
    assert first.parts is None
    assert last.parts is not None
    picture = base64.b64decode(last.parts.image.partition(",")[2])
    places = np.asarray(Image.open(io.BytesIO(picture)).convert("L")) / PART_STEP
    found = projection.named("shoe").found
    assert last.parts.names == list(found.confidence)
    for place, name in enumerate(last.parts.names, start=1):
        assert (places == place).mean() == pytest.approx(found.mask(name).mean(), abs=0.01)
    session.take(red(2))
    assert finished(session)[-1].parts == last.parts
