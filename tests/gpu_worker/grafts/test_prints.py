"""Prints of shirts: taken off their cloth, put on another shirt in its own light, and nothing else touched."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu_worker.contract.marks import Part
from gpu_worker.edits.errors import NothingAsked, WrongLatent
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.grafting import MADE_UP, NotTransferred
from gpu_worker.engine.values import Example
from gpu_worker.grafts.garment import Garment, garment_of
from gpu_worker.grafts.grafted import DoesNotFit, NoSuchPart
from gpu_worker.grafts.printed import Pixels, printed_on
from gpu_worker.grafts.prints import erased, with_print_of
from gpu_worker.measures.colour import fast_rgb
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.segmentation.product_mask import with_given_mask

SIDE = 400
INK = (250, 240, 60)
BOX = (slice(150, 230), slice(150, 260))  # of the print
PICTURES = Path(__file__).parents[3] / "editing/demo/pictures"


def _shirt(colour: tuple[int, int, int], shape: str = "") -> tuple[Pixels, np.ndarray]:
    """A plain front in light from the left, (SIDE, SIDE, 3), with a ring or a bar on it, and where that is."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    light = (1.1 - 0.4 * x / SIDE)[..., None]
    picture = np.where(((abs(x - 200) < 120) & (abs(y - 200) < 160))[..., None], np.array(colour) * light, 255.0)
    ink = np.zeros((SIDE, SIDE), np.uint8)
    if shape == "ring":
        cv2.circle(ink, (205, 190), 34, 1, 14)
    elif shape == "bar":
        ink[170:200, 160:250] = 1
    picture = np.where(ink[..., None] > 0, np.array(INK if shape == "ring" else (30, 30, 120)) * light, picture)
    return np.asarray(cv2.GaussianBlur(np.clip(picture, 0, 255), (0, 0), 0.7).round(), np.uint8), ink > 0


def _garment(pixels: Pixels, has_print: bool) -> Garment:
    """With its parts told: body, and a print in BOX."""
    y, x = np.mgrid[:SIDE, :SIDE]
    body = (abs(x - 199.5) < 120) & (abs(y - 199.5) < 160)
    photo = Photo(pixels=pixels)
    mask = with_given_mask(photo, np.where(body, 255, 0).astype(np.uint8))
    frame = crop_to_frame(photo, mask, "shirt", 256)
    blob = np.zeros((SIDE, SIDE), np.uint8)
    blob[BOX] = has_print
    scale, x0, y0 = frame.placing.scale, frame.placing.shift_x, frame.placing.shift_y
    matrix = np.array([[scale, 0, x0], [0, scale, y0]])
    there = cv2.warpAffine(blob, matrix, (256, 256), flags=cv2.INTER_NEAREST) > 0
    labels = np.where(there, 5, np.where(frame.alpha > 0.5, 0, -1)).astype(np.int8)
    confidence = {"body": 1.0, **({"print": 1.0} if has_print else {})}
    named = NamedParts(kind="shirt", frame=frame, labels=labels, confidence=confidence)  # type: ignore[arg-type]
    return garment_of(pixels, named)


def test_ink_is_told_from_its_cloth_and_the_cloth_from_the_light():
    pixels, ink = _shirt((150, 40, 50), "ring")
    garment = _garment(pixels, has_print=True)
    part = printed_on(pixels, garment.named, garment.front, garment.named.mask("print"))
    beta = np.zeros(ink.shape)
    beta[part.rows, part.columns] = part.beta
    assert np.abs(beta - ink)[cv2.erode(ink.astype(np.uint8), np.ones((3, 3))) > 0].max() < 0.1
    assert beta[cv2.dilate(ink.astype(np.uint8), np.ones((9, 9))) == 0].max() == 0, "no halo"
    plain, _ = _shirt((150, 40, 50))
    below = fast_rgb(part.cloth) * 255 - plain[part.rows, part.columns]
    assert np.abs(below[40:-40, 40:-40]).max() < 8, "also below the ink"


def test_a_print_comes_over_in_the_other_shirts_light_its_own_goes_and_the_rest_stays():
    theirs, ink = _shirt((150, 40, 50), "ring")
    ours, bar = _shirt((40, 60, 160), "bar")
    made = with_print_of(_garment(ours, has_print=True), _garment(theirs, has_print=True))
    assert (made.pixels[made.weight == 0] == ours[made.weight == 0]).all()
    core = cv2.erode(ink.astype(np.uint8), np.ones((5, 5))) > 0
    expected = np.array(INK) * (1.1 - 0.4 * np.arange(SIDE) / SIDE)[None, :, None]
    assert np.abs(made.pixels - np.clip(expected, 0, 255))[core].mean() < 14
    gone = bar & (cv2.dilate(ink.astype(np.uint8), np.ones((9, 9))) == 0)
    plain, _ = _shirt((40, 60, 160))
    assert np.abs(made.pixels.astype(int) - plain)[gone].mean() < 5, "no trace of the old print"
    assert made.measures["part_likeness"] > 0.7 > made.measures["part_likeness_before"]
    own = with_print_of(_garment(ours, has_print=True), _garment(theirs, has_print=True), "own")
    blue = own.pixels[core].mean(0)
    assert blue[2] > blue[0] + 40, "in the colours of the print that was there"


def test_a_print_goes_where_it_was_brushed_over_and_leaves_its_cloth():
    pixels, ink = _shirt((150, 40, 50), "ring")
    garment, brushed = _garment(pixels, has_print=True), np.zeros((SIDE, SIDE), bool)
    brushed[150:160, 200:210] = True  # a piece of it
    made = erased(garment, brushed)
    assert (made.pixels[made.weight == 0] == pixels[made.weight == 0]).all()
    plain, _ = _shirt((150, 40, 50))
    assert np.abs(made.pixels.astype(int) - plain)[ink].mean() < 5, "all of it is gone"
    with pytest.raises(NoSuchPart, match="where the brush was"):
        erased(garment, ~cv2.dilate(ink.astype(np.uint8), np.ones((61, 61))).astype(bool))


def test_what_cannot_be_done_is_refused_in_a_sentence():
    plain, printed = (_garment(_shirt((150, 40, 50), shape)[0], bool(shape)) for shape in ("", "ring"))
    with pytest.raises(NoSuchPart, match="No print was found"):
        with_print_of(printed, plain)
    with pytest.raises(NoSuchPart, match="no print whose colours"):
        with_print_of(plain, printed, "own")
    with pytest.raises(DoesNotFit, match="hardly be seen"):
        with_print_of(_garment(_shirt(INK)[0], has_print=False), printed)


@pytest.fixture(scope="module")
def shirts() -> tuple[Photo, Photo]:
    """A rendered tee, and another one with letters drawn on it."""
    tee = decode_photo((PICTURES / "linden-tee/front.jpg").read_bytes())
    tee = replace(tee, pixels=np.asarray(cv2.resize(tee.pixels, (400, 400), interpolation=cv2.INTER_AREA), np.uint8))
    pixels = tee.pixels.copy()
    for row, word in enumerate(("ALL", "DAY")):
        cv2.putText(pixels, word, (138, 170 + 55 * row), cv2.FONT_HERSHEY_DUPLEX, 2.0, (250, 250, 240), 6, cv2.LINE_AA)
    brown = np.asarray(np.clip(tee.pixels[..., [2, 1, 0]] * 0.9, 0, 255), np.uint8)
    return Photo(pixels=np.where((tee.pixels.min(2) < 235)[..., None], brown, tee.pixels)), Photo(pixels=pixels)


def test_a_print_is_an_edit_whose_picture_a_person_looks_at(engine: Engine, shirts: tuple[Photo, Photo]):
    shirt_engine = Engine(replace(engine.manifold, kind="shirt"))
    plain, lettered = shirts
    here = shirt_engine.project(plain, settings=ProjectionSettings(method="encoder"))
    mark, example = Part(example_key="photos/all-day", part="print"), Example(photo=lettered, kind="shirt")
    result = shirt_engine.edit(here, [mark], examples={"photos/all-day": example})
    made = result.variants[0]
    assert MADE_UP in made.warnings
    assert made.measures["outside_changed"] == 0
    assert made.measures["part_likeness"] > 0.5 > made.measures["part_likeness_before"]
    assert (made.pixels[here.mask.alpha == 0] == plain.pixels[here.mask.alpha == 0]).all()
    assert len(result.sequence) == 2
    for wrong, error in (
        (Example(photo=plain, kind="shirt"), NothingAsked),
        (Example(photo=lettered, kind="shoe"), WrongLatent),
    ):
        with pytest.raises(error):
            shirt_engine.edit(here, [mark], examples={"photos/all-day": wrong})
    with pytest.raises(NoSuchPart, match="not there any more"):
        shirt_engine.edit(here, [mark])
    with pytest.raises(NotTransferred, match="The collar cannot be taken"):
        shirt_engine.edit(here, [mark.model_copy(update={"part": "collar"})], examples={"photos/all-day": example})
