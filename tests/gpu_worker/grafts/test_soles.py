"""Soles of shoes: strips between two lines, found where the photo's colours change, and filled from another shoe's."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from gpu_worker.contract.marks import Part
from gpu_worker.edits.strokes import mask_in_frame
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.grafting import NotTransferred
from gpu_worker.engine.values import Example
from gpu_worker.grafts.grafted import DoesNotFit, NoSuchPart
from gpu_worker.grafts.lines import evenly, longest_run, smoothed, snapped
from gpu_worker.grafts.soles import Shoe, strip_of, with_sole_of
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.product_mask import with_given_mask

PICTURES = Path(__file__).parents[3] / "editing/demo/pictures"
SOLE = 2  # in the rendered maps of parts


def _photo(name: str) -> Photo:
    return decode_photo((PICTURES / name / "quarter.jpg").read_bytes())


def _shoe(name: str, mirrored: bool = False) -> Shoe:
    """A rendered shoe with the parts that were rendered with it."""
    pixels, parts = _photo(name).pixels, np.asarray(Image.open(PICTURES / name / "quarter.parts.png"))
    if mirrored:
        pixels, parts = np.ascontiguousarray(pixels[:, ::-1]), np.ascontiguousarray(parts[:, ::-1])
    alpha = np.where(parts > 0, 255, 0).astype(np.uint8)
    frame = crop_to_frame(Photo(pixels=pixels), with_given_mask(Photo(pixels=pixels), alpha), "shoe", 512)
    sole, product = (
        mask_in_frame(np.where(where, 255, 0).astype(np.uint8), frame.placing, 512) > 0.5
        for where in (parts == SOLE, parts > 0)
    )
    return Shoe(pixels=pixels, alpha=alpha, frame=frame, sole=strip_of(frame, sole, product))


def test_a_line_is_drawn_to_the_strongest_edge_beside_it():
    y = np.mgrid[:80, :200][0]
    wave = 40 + 4 * np.sin(np.arange(200) / 25)
    lab = np.where((y > wave)[..., None], np.float32([70, 0, 0]), np.float32([30, 10, -20]))
    line = np.stack([np.linspace(5, 195, 120), np.full(120, 46.0)], 1)
    found = smoothed(snapped(line, cv2.GaussianBlur(lab, (0, 0), 1), 14), 1.5)
    assert np.abs(found[5:-5, 1] - np.interp(found[5:-5, 0], np.arange(200), wave) - 0.5).max() < 1.2
    lengths = np.linalg.norm(np.diff(evenly(found, 50), axis=0), axis=1)
    assert np.ptp(lengths) < 0.3
    assert longest_run(np.ones(9, bool)) is None
    assert longest_run(np.r_[np.ones(50), np.zeros(60), np.ones(20)] > 0) == (110, 70), "runs go on round the ring"


def test_a_sole_comes_over_whichever_way_its_shoe_faces_and_the_rest_stays():
    court = _shoe("court")
    made = with_sole_of(court, _shoe("plimsoll"))
    assert (made.pixels[made.weight == 0] == court.pixels[made.weight == 0]).all()
    assert made.weight[court.alpha == 0].max() == 0
    assert made.measures["part_likeness"] > 0.8 > made.measures["part_likeness_before"]
    blue = made.pixels[made.weight > 0.9].astype(int)
    assert (blue[:, 2] - blue[:, 0] > 40).mean() > 0.02, "with its blue stripe"
    turned = with_sole_of(court, _shoe("plimsoll", mirrored=True))
    assert np.abs(turned.pixels.astype(int) - made.pixels)[made.weight > 0.9].mean() < 12
    own = with_sole_of(court, _shoe("runner"), "own")
    shift = np.median(own.pixels[own.weight > 0.9], 0) - np.median(court.pixels[own.weight > 0.9], 0)
    assert np.abs(shift).max() < 12, "in the colours of the sole that was there"


def test_a_heel_is_refused_under_a_trainer(engine: Engine):
    with pytest.raises(DoesNotFit, match="another shape, such as a heel"):
        with_sole_of(_shoe("court"), _shoe("derby"))
    frame = _shoe("court").frame
    nothing = np.zeros((512, 512), bool)
    with pytest.raises(NoSuchPart, match="No sole"):
        strip_of(frame, nothing, ~nothing)


def test_a_sole_is_found_and_taken_by_the_engine(engine: Engine):
    here = engine.project(_photo("plimsoll"), settings=ProjectionSettings(method="encoder"))
    example = Example(photo=_photo("runner"), kind="shoe")
    mark = Part(example_key="photos/runner", part="sole")
    made = engine.edit(here, [mark], examples={"photos/runner": example}).variants[0]
    assert made.measures["outside_changed"] == 0
    assert made.measures["part_likeness"] > 0.7
    with pytest.raises(NotTransferred, match="The laces cannot be taken from another shoe: the sole can"):
        engine.edit(here, [mark.model_copy(update={"part": "laces"})], examples={"photos/runner": example})
