"""Named parts of our own rendered products, against the exact maps that were rendered with them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpu_worker.contract import marks
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.from_marks import swatch_region
from gpu_worker.edits.named import asks_for_named
from gpu_worker.edits.start import Start, start_at
from gpu_worker.edits.strokes import mask_in_frame
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import PartFinder
from gpu_worker.segmentation.parts import RESOLUTION, find_parts
from gpu_worker.segmentation.product_mask import mask_of

PICTURES = Path(__file__).parents[3] / "editing/demo/pictures"
SOLE, LACES = 2, 3  # in the maps of shoes


def start_of(name: str, manifold: Manifold) -> Start:
    photo = decode_photo((PICTURES / name / "quarter.jpg").read_bytes())
    mask = mask_of(photo, "shoe")
    frame = crop_to_frame(photo, mask, "shoe", RESOLUTION)
    latent = manifold.sample(1, seed=0)
    return start_at(
        manifold, latent, frame, find_parts(frame, "shoe"), named=PartFinder(photo=photo, mask=mask, kind="shoe")
    )


def test_laces_are_dyed_without_the_tongue_between_them(manifold: Manifold) -> None:
    start = start_of("plimsoll", manifold)
    assert start.frame is not None
    region = swatch_region(marks.Swatch(colour="#c1121f", region="laces"), start, {})
    index = np.asarray(Image.open(PICTURES / "plimsoll" / "quarter.parts.png"))
    exact = mask_in_frame(((index == LACES) * 255).astype(np.uint8), start.frame.placing, RESOLUTION) > 0.5
    assert (region & exact).sum() > 0.7 * exact.sum()
    assert (region & ~exact).sum() < 0.5 * region.sum()  # eyelets, and half a pixel all round


def test_the_lining_is_one_piece(manifold: Manifold) -> None:
    start = start_of("plimsoll", manifold)
    region = swatch_region(marks.Swatch(colour="#c1121f", region="lining"), start, {})
    columns = np.flatnonzero(region.any(0))
    assert columns[-1] < RESOLUTION / 2  # the heel is on the left


def test_laces_of_the_uppers_colour_are_refused(manifold: Manifold) -> None:
    start = start_of("court", manifold)
    with pytest.raises(EmptyRegion, match="paint them instead"):
        swatch_region(marks.Swatch(colour="#c1121f", region="laces"), start, {})


def test_a_sole_that_its_own_network_doubts_keeps_its_colour_by_its_name(manifold: Manifold) -> None:
    start = start_of("derby", manifold)
    assert start.parts is not None
    assert start.frame is not None
    assert start.parts.sole_by_name
    region = swatch_region(marks.Swatch(colour="#c1121f"), start, {})
    index = np.asarray(Image.open(PICTURES / "derby" / "quarter.parts.png"))
    exact = mask_in_frame(((index == SOLE) * 255).astype(np.uint8), start.frame.placing, RESOLUTION) > 0.5
    assert (region & exact).sum() < 0.2 * exact.sum()
    assert asks_for_named(marks.Swatch(colour="#c1121f", region="sole"), start) == "sole"  # at 512 px
