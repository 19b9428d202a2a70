import numpy as np

from gpu_worker.segmentation.sole import is_whole
from gpu_worker.segmentation.sole_line import along_edges, without_shadow

SIDE = 256
EDGE = 176  # row at which the sole begins in the photo


def _shoe() -> np.ndarray:
    inside = np.zeros((SIDE, SIDE), bool)
    inside[80:200, 20:230] = True
    return inside


def _photo(upper: float = 0.4) -> np.ndarray:
    image = np.full((SIDE, SIDE, 3), 0.95, np.float32)
    image[_shoe()] = upper
    image[EDGE:200, 20:230] = 0.6
    return image


def _band(tops: np.ndarray, left: int = 20) -> np.ndarray:
    band = np.arange(SIDE)[:, None] >= tops[None]
    band[200:] = band[:, :left] = band[:, 230:] = False
    return band


def test_a_ragged_sole_begins_at_the_photos_edge() -> None:
    ragged = EDGE + np.round(3 * np.sin(np.arange(SIDE))).astype(int)
    found = along_edges(_photo(), _shoe(), _band(ragged))
    assert np.abs(found.argmax(0)[25:225] - EDGE).max() <= 1


def test_a_sole_without_an_edge_stays_where_it_was_and_reaches_the_ground_and_both_ends() -> None:
    band = _band(np.full(SIDE, 184), left=26)
    band[196:] = False
    found = along_edges(np.full((SIDE, SIDE, 3), 0.4, np.float32), _shoe(), band)
    assert (found == (_shoe() & (np.arange(SIDE)[:, None] >= 184))).all()


def test_the_shadow_at_its_foot_is_no_sole_and_no_upper() -> None:
    sole = _band(np.full(SIDE, EDGE))
    sole[188:] = False
    under = along_edges(_photo(), _shoe(), sole)
    assert under[199, 100] and not without_shadow(under, sole)[191:].any()
    assert without_shadow(under, sole)[EDGE + 2 : 189, 100].all()


def test_crumbs_of_a_sole_and_no_sole_come_to_nothing() -> None:
    crumb = np.zeros((SIDE, SIDE), bool)
    crumb[90:96, 100:106] = True
    found = along_edges(_photo(), _shoe(), _band(np.full(SIDE, EDGE)) | crumb)
    assert not found[:EDGE].any()
    assert not along_edges(_photo(), _shoe(), np.zeros((SIDE, SIDE), bool)).any()


def test_a_named_sole_is_whole_or_none() -> None:
    assert is_whole(_band(np.full(SIDE, EDGE)), _shoe())
    assert not is_whole(_band(np.full(SIDE, 198)), _shoe())  # a rim
    assert not is_whole(_band(np.full(SIDE, EDGE), left=120), _shoe())  # half of one
