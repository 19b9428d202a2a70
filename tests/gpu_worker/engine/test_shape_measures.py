from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.shape_measures import Pair, artificial
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.product_mask import find_product

FLAT = Path(__file__).parents[3] / "editing" / "demo" / "pictures" / "ballet" / "side.jpg"


def tensor_of(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1) * 2 - 1)[None]


def test_a_molten_half_is_artificial_and_another_colour_is_not():
    manifold, photo = load_bundle(BUNDLES / "shoe"), decode_photo(FLAT.read_bytes())
    shoe = crop_to_frame(photo, find_product(photo), "shoe", 192).image
    molten = shoe.copy()
    molten[:, 96:] = cv2.GaussianBlur(shoe, (0, 0), 8)[:, 96:]
    scores = {
        name: artificial(Pair(before=tensor_of(shoe), after=tensor_of(picture)), manifold)
        for name, picture in {"same": shoe, "molten": molten, "dyed": np.ascontiguousarray(shoe[..., ::-1])}.items()
    }
    assert scores["same"] == 0
    assert scores["molten"] > 0.25 > scores["dyed"], scores
