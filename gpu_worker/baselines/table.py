"""The engine and every baseline on one photo and one swatch, with the same measures."""

import numpy as np
import torch

from gpu_worker.baselines.paste import laplacian_paste, poisson_paste, raw_paste
from gpu_worker.baselines.recolouring import hue_rotation, reinhard
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.values import Pixels, Projection, to_pixels
from gpu_worker.measures.colour import ciede2000, fast_lab, hex_to_rgb, region_colour, rgb_to_lab
from gpu_worker.measures.variant import picture_measures
from gpu_worker.segmentation.frame import frame_placing

METHODS = ("engine", "raw G(z1)", "Poisson", "Laplacian", "hue rotation", "Reinhard")


def compare_methods(
    engine: Engine, projection: Projection, swatch: str
) -> tuple[dict[str, Pixels], dict[str, dict[str, float]]]:
    """Pictures (H, W, 3) and measures per method."""
    variant = engine.recolour(projection, [swatch])[0]
    with torch.no_grad():
        latent = torch.from_numpy(variant.w_plus)[None].to(engine.manifold.device)
        generated = to_pixels(engine.manifold.generator(latent))[0]
    photo, alpha = projection.photo.pixels, projection.mask.alpha
    placing = frame_placing(projection.mask, engine.manifold.kind, engine.manifold.resolution)
    target = rgb_to_lab(hex_to_rgb(swatch))
    mean, spread = _product_statistics(generated)
    pictures = {
        "engine": variant.pixels,
        "raw G(z1)": raw_paste(photo, alpha, generated, placing),
        "Poisson": poisson_paste(photo, alpha, generated, placing),
        "Laplacian": laplacian_paste(photo, alpha, generated, placing),
        "hue rotation": hue_rotation(photo, alpha, target),
        "Reinhard": reinhard(photo, alpha, mean, spread),
    }
    measures = {}
    for method, picture in pictures.items():
        measures[method] = picture_measures(photo, picture, alpha, engine.perceptual)
        lab = fast_lab(picture.astype(np.float32) / np.float32(255))[alpha > 242]
        measures[method]["product_de2000"] = float(ciede2000(region_colour(lab).lab, target))
    measures["engine"]["swatch_de2000"] = variant.measures["swatch_de2000"]
    return pictures, measures


def _product_statistics(generated: Pixels) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation in Lab of what is not white in a generated frame."""
    lab = fast_lab(generated.astype(np.float32) / np.float32(255))
    product = generated.min(2) < 235
    pixels = lab[product] if product.sum() > 20 else lab.reshape(-1, 3)
    return pixels.mean(0, dtype=np.float64), pixels.std(0, dtype=np.float64)
