from base64 import b64encode
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from gpu_worker.contract.marks import Attribute
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.shape_measures import HARDLY_CARRIED, Pair, artificial
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.training.attributes.shipped import load_attributes

PICTURES = Path(__file__).parents[3] / "editing" / "demo" / "pictures"
FLAT, BOOT = PICTURES / "ballet" / "side.jpg", PICTURES / "chelsea" / "quarter.jpg"


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


def test_the_studio_says_beforehand_that_a_photo_hardly_carries_an_attribute():
    engine = Engine.load(BUNDLES / "shoe", "cpu")
    boot = engine.project(decode_photo(BOOT.read_bytes()), settings=ProjectionSettings(method="encoder"))
    session = engine.session(boot)
    sporty = load_attributes(BUNDLES / "shoe", engine.manifold.version)["sporty"]
    vector = b64encode(sporty.vector.numpy().astype("<f4").tobytes()).decode()
    for amount, said in ((0.2, ""), (2, HARDLY_CARRIED)):
        mark = {"name": "sporty", "direction": vector, "amount": amount, "scale": sporty.scale}
        session.update([Attribute.model_validate(mark)])
        while not session.step().settled:
            pass
        assert session.note == said
