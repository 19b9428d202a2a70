"""What the worker stores: the full size and every thumbnail say where they come from."""

from uuid import uuid4

import numpy as np

from gpu_worker import storage
from gpu_worker.contract.jobs import RenderJob
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.values import Variant
from gpu_worker.origin.reading import read_origin
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.tasks.gallery import store_variant
from tests.origin.drawn import changed, plain


def test_every_stored_picture_carries_all_layers_and_the_background_is_the_photos(engine: Engine):
    photo = Photo(pixels=plain())
    projection = engine.project(photo)
    there = changed()
    pixels = np.where(there[..., None], plain()[..., ::-1], plain())
    variant = Variant(
        pixels=pixels, alpha=there.astype(np.uint8) * 255, w_plus=projection.w_plus, cost=0.0, measures={}
    )
    job = RenderJob.model_validate(
        {
            "job": str(uuid4()), "token": 1, "kind": "shoe", "photo_key": "photos/abc", "format": "webp-lossless",
            "swatches": [{"name": "Blue", "colour": "#2828b4"}],
            "provenance": {"request": str(uuid4()), "photo": "digest"},
        }
    )  # fmt: skip
    stored = store_variant(job, variant, projection, candidate=0, name="Blue", swatch="#2828b4", sequence_key=None)
    full = storage.get(stored.key)
    assert (decode_photo(full).pixels[~there] == plain()[~there]).all()
    assert set(stored.thumbnails) == {"160", "320", "640"}
    stored_by_width = {width: storage.get(key) for width, key in stored.thumbnails.items()}
    for width, data in [("full", full), *stored_by_width.items()]:
        found = read_origin(data)
        assert found.made_here and found.metadata is not None and found.metadata.ours
        assert found.manifest is not None and found.manifest.ours
        assert found.mark is not None or width == "160"  # too few pixels on a surface as even as this one
