"""Do dragged points arrive? Drags of 4 to 10 px (at 64 px) on held-out photos; where the patch is found, and the background.

The patch around the source is looked for in the edited photo by normalised correlation; drags start on the product's
outline or inside it, where there is texture to find, and point inwards, outwards or along it.
"""

import sys

import cv2
import numpy as np

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Drag, SolverOptions, Warp
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Projection
from gpu_worker.measures.drag import found_at
from gpu_worker.photos.errors import PhotoError

_FRAME = 64
_PATCH = 6  # pixels of the frame


def main() -> None:
    options = arguments(__doc__, side=512, method="hybrid")
    engine = engine_of(options)
    random = np.random.default_rng(0)
    errors, on_manifold, changed, asked, sheet = [], [], [], [], []
    refused = 0
    for name, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, enlarged(photo, options.side), options.method)
        if projection is None:
            continue
        source, target = drag_on(projection, random)
        wish = Warp(drags=[Drag(source=tuple(source / _FRAME), target=tuple(target / _FRAME))])
        try:
            result = engine.edit(projection, [wish], SolverOptions(steps=40))
        except (EditError, PhotoError) as error:
            refused += 1
            sys.stderr.write(f"{name} refused: {error.message}\n")
            continue
        variant = result.variants[0]
        errors.append(error_in_photo(projection, variant.pixels, source, target))
        on_manifold.append(error_between(result.sequence[0], result.sequence[-1], source, target, _PATCH))
        changed.append(variant.measures["background_changed"])
        asked.append(float(np.hypot(*(target - source))))
        sheet.append([projection.photo.pixels, result.sequence[0], result.sequence[-1], variant.pixels])
        sys.stderr.write(
            f"{name} asked {asked[-1]:.1f} off by {errors[-1]:.2f} px, on the manifold {on_manifold[-1]:.2f}\n"
        )
    report = {
        "error_px": summary(errors),
        "error_on_manifold_px": summary(on_manifold),
        "asked_px": summary(asked),
        "background_changed": summary(changed),
        "refused": refused,
    }
    finish(f"warp-{options.kind}", report, sheet)


def drag_on(projection: Projection, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Source and target in frame pixels: from a textured spot of the product, 4 to 10 px in a random direction."""
    frame = projection.frame
    grey = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY)
    texture = cv2.blur(np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)), (25, 25))
    inside = cv2.erode((frame.alpha > 0.5).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    inside[:24], inside[-24:], inside[:, :24], inside[:, -24:] = False, False, False, False
    likely = np.flatnonzero(inside & (texture > np.percentile(texture[inside], 60)))
    y, x = np.divmod(random.choice(likely), inside.shape[1])
    source = (np.array([x, y]) + 0.5) * _FRAME / inside.shape[0]
    length, angle = random.uniform(4, 10), random.uniform(0, 2 * np.pi)
    target = np.clip(source + length * np.array([np.cos(angle), np.sin(angle)]), 4, _FRAME - 4)
    return source, target


def error_in_photo(projection: Projection, result: np.ndarray, source: np.ndarray, target: np.ndarray) -> float:
    """Distance in frame pixels between where the patch should be in the finished photo and where it is."""
    placing, scale = projection.frame.placing, projection.frame.image.shape[0] / _FRAME
    start, end = placing.to_photo(np.array([source, target]) * scale)
    photo_pixels = scale / placing.scale  # photo pixels per frame pixel
    found = found_at(projection.photo.pixels, result, tuple(start), tuple(end), round(_PATCH * photo_pixels))
    return float(np.hypot(*(np.array(found) - end)) / photo_pixels)


def error_between(before: np.ndarray, after: np.ndarray, source: np.ndarray, target: np.ndarray, radius: int) -> float:
    found = found_at(before, after, tuple(source), tuple(target), radius)
    return float(np.hypot(*(np.array(found) - target)))


if __name__ == "__main__":
    main()
