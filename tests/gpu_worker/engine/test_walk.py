import numpy as np
import pytest
import torch

from gpu_worker.contract.marks import Swatch, Walk
from gpu_worker.edits.errors import Contradiction, NothingAsked, WrongLatent
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.values import Example, to_pixels
from gpu_worker.engine.walk import FRAMES, MADE_UP, walk_pictures, walk_stills
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from tests.gpu_worker.conftest import draw_product


def test_a_walk_begins_and_ends_in_the_photos_and_every_still_is_of_full_size(engine: Engine, photo: Photo):
    settings = ProjectionSettings(method="encoder")
    ends = [engine.project(one, settings=settings) for one in (photo, Photo(pixels=draw_product(colour=(40, 60, 180))))]
    frames = walk_pictures(engine, ends[0], ends[1], 3)
    assert len(frames) == 3
    for frame, projection in zip((frames[0], frames[-1]), ends, strict=True):
        own = engine.start_of(projection).adapted
        assert own is not None
        with torch.no_grad():
            expected = to_pixels(own.high.enlarge(own.picture(own.projected)))[0]
        assert np.abs(frame.astype(int) - expected).max() <= 1
    stills = walk_stills(engine, ends[0], ends[1], 1)
    assert [still.pixels.shape for still in stills] == [photo.pixels.shape]
    assert stills[0].measures["background_changed"] == 0
    with pytest.raises(ValueError, match="two frames"):
        walk_pictures(engine, ends[0], ends[1], 1)


def test_a_walk_is_an_edit_with_a_still_for_each_place_and_a_strip(engine: Engine, photo: Photo):
    here = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    blue = Photo(pixels=draw_product(colour=(40, 60, 180)))
    mark = Walk(example_key="photos/blue", stills=2)
    result = engine.edit(here, [mark], examples={"photos/blue": Example(photo=blue, kind="shoe")})
    assert [still.pixels.shape for still in result.variants] == [photo.pixels.shape] * 2
    assert len(result.sequence) == FRAMES
    assert all(MADE_UP in still.warnings for still in result.variants)
    redness = [float(still.pixels[still.alpha > 200].mean(axis=0) @ (1, 0, -1)) for still in result.variants]
    assert redness[0] > redness[1]
    with pytest.raises(Contradiction):
        engine.edit(here, [mark, Swatch(colour="#c1121f")])
    for wrong, error in (
        (Example(photo=photo, kind="shoe"), NothingAsked),
        (Example(photo=blue, kind="shirt"), WrongLatent),
    ):
        with pytest.raises(error):
            engine.edit(here, [mark], examples={"photos/blue": wrong})
