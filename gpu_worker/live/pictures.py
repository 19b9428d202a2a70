"""Pictures as they travel to a page."""

import base64
import io

import numpy as np
from PIL import Image

from gpu_worker.engine.values import Pixels


def data_url(pixels: Pixels) -> str:
    """(H, W, 3) or (H, W) uint8 as it goes into a page: small frames without loss, photos as WebP."""
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    kind = "png" if max(image.size) <= 128 else "webp"
    if kind == "png":
        image.save(out, "PNG", compress_level=3)
    else:
        image.save(out, "WEBP", quality=86, method=1)
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"
