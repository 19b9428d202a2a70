import numpy as np
import pytest

from gpu_worker.contract.parts import OFFERED, PARTS
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import RESOLUTION, NamedParts, find_named_parts, offered, partition
from gpu_worker.segmentation.product_mask import mask_of
from gpu_worker.training.segmentation.drawn_parts import OPEN, _painted

Plane = tuple[slice, slice]


def planted(photo: Photo, kind: str, **where: Plane) -> NamedParts:
    """Parts as if the network had been sure of these windows of the frame, and of the first part elsewhere."""
    frame = crop_to_frame(photo, mask_of(photo, "shoe"), "shoe", RESOLUTION)
    likely = np.full((1 + len(PARTS[kind]), RESOLUTION, RESOLUTION), 0.02, np.float32)
    likely[1] = 0.3
    for name, window in where.items():
        likely[("none", *PARTS[kind]).index(name)][window] = 0.9
    return partition(likely, frame.alpha > 0.5, kind, frame)


def test_parts_share_the_product_out_without_crumbs(photo: Photo) -> None:
    large, crumb = (slice(300, 400), slice(100, 400)), (slice(200, 204), slice(200, 204))
    parts = planted(photo, "shoe", sole=large, laces=crumb)
    inside = parts.frame.alpha > 0.5
    assert ((parts.labels >= 0) == inside).all()
    assert set(parts.confidence) == {"upper", "sole"}
    window = np.zeros_like(inside)
    window[large] = True
    assert (parts.mask("sole") == inside & window).all()
    assert not parts.mask("laces").any()


def test_what_is_not_offered_belongs_to_what_it_sits_on() -> None:
    likely = np.arange(7, dtype=np.float32)[:, None, None]
    assert offered(likely, "shoe").ravel().tolist() == [0, 1 + 5 + 6, 2, 3, 4, 0, 0]
    assert offered(likely, "shirt").ravel().tolist() == [0, 1, 2 + 4, 3, 0, 5, 6]


def test_skin_is_at_the_rim_and_not_a_hole_in_the_cloth(photo: Photo) -> None:
    parts = planted(photo, "shirt", none=(slice(200, 230), slice(200, 230)))
    assert (parts.mask("body") == (parts.frame.alpha > 0.5)).all()
    across = planted(photo, "shirt", none=(slice(0, 512), slice(200, 230)))
    assert not across.mask("body")[:, 200:230].any()


def test_a_body_takes_its_placket_along_where_that_is_of_its_cloth(photo: Photo) -> None:
    alike, pale = (slice(240, 300), slice(100, 130)), (slice(352, 380), slice(60, 440))  # the drawing's sole is pale
    same, other = planted(photo, "shirt", buttons=alike), planted(photo, "shirt", buttons=pale)
    assert (same.region("body") == same.mask("body") | same.mask("buttons")).all()
    assert other.mask("buttons").any()
    assert (other.region("body") == other.mask("body")).all()


@pytest.mark.parametrize("kind", ["shoe", "shirt"])
def test_the_network_partitions_any_product(photo: Photo, kind: str) -> None:
    parts = find_named_parts(photo, mask_of(photo, "shoe"), kind)
    shown = np.any([parts.mask(name) for name in parts.confidence], axis=0)
    assert (shown == (parts.labels >= 0)).all()
    assert set(parts.confidence) <= set(OFFERED[kind])


def test_drawings_become_labels() -> None:
    image = np.full((384, 384, 3), 0.2, np.float32)
    image[100:150, 100:150] = 0.9
    square = [(20, 20), (60, 20), (60, 60), (20, 60)]
    names = ("none", *PARTS["shoe"])
    light = _painted(image, "shoe", [("laces+", square)])
    assert (light == np.where((image[..., 0] > 0.5), names.index("laces"), names.index("upper"))).all()
    below = _painted(image, "shoe", [("sole", [(0, 75), (100, 75)]), ("?", square)])
    assert (below[300:] == names.index("sole")).all()
    assert (below[100:200, 100:200] == OPEN).all()
