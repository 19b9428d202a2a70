import numpy as np

from gpu_worker.segmentation.by_colour import settled

RED, SKIN, BLACK = (190, 30, 40), (215, 170, 140), (22, 20, 22)


def scene(top: tuple[int, int, int], below: tuple[int, int, int]) -> np.ndarray:
    """200 x 160: a top down to row 120 with a sleeve on its left that ends in a hand, and `below` under it; a little noise."""
    image = np.zeros((200, 160, 3), np.uint8)
    image[:] = below
    image[:120] = top
    image[:150, :30], image[110:150, :30] = top, SKIN
    noise = np.random.default_rng(0).integers(-4, 5, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def plane(garment: np.ndarray) -> np.ndarray:
    return np.where(garment, 0.99, 0.01).astype(np.float32)


def test_a_cuff_that_was_left_out_is_taken_in_and_a_hand_that_was_taken_in_is_left_out() -> None:
    image = scene(RED, BLACK)
    truth = np.zeros((200, 160), bool)
    truth[:120], truth[110:150, :30] = True, False
    found, likely = truth.copy(), plane(truth)
    found[100:110, :30], likely[100:110, :30] = False, 0.3  # the cuff
    found[110:130, :30], likely[110:130, :30] = True, 0.6  # half of the hand
    result = settled(image, found, likely, np.ones_like(truth))
    assert (result != truth).sum() <= 30  # of 32,000


def test_black_trousers_under_a_black_top_are_not_taken_in() -> None:
    image = scene(BLACK, BLACK)
    found = np.zeros((200, 160), bool)
    found[:120], found[110:150, :30] = True, False
    likely = plane(found)
    likely[120:170, 30:] = 0.2
    assert not settled(image, found, likely, np.ones_like(found))[124:].any()


def test_nothing_outside_is_taken_in() -> None:
    image = scene(RED, RED)
    found = np.zeros((200, 160), bool)
    found[:100] = True
    within = np.zeros_like(found)
    within[:110] = True
    likely = plane(found)
    likely[100:120] = 0.5
    assert not settled(image, found, likely, within)[110:].any()


def test_the_same_photo_is_settled_the_same_way() -> None:
    image = scene(RED, BLACK)
    found = np.zeros((200, 160), bool)
    found[:100] = True
    likely = np.full(found.shape, 0.5, np.float32)
    likely[:60], likely[180:] = 0.99, 0.0
    first = settled(image, found, likely, np.ones_like(found))
    np.random.default_rng(1).integers(0, 5, 100)
    assert (settled(image, found, likely, np.ones_like(found)) == first).all()
