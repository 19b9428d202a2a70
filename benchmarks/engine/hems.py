"""Does a hem go where it is pulled or drawn? Held-out shirts: python -m benchmarks.engine.hems --kind shirt --photos FOLDER

Each photo whose hem is seen is made shorter by a pull at its middle, longer by one, and is given a curved and a slanting hem by an outline.
White is laid below photos that end in white, so that longer ones have room. Counted are photos of which one is not done so (worn, cut off,
a print down to the hem); measured is where the hem is found in the finished picture.
Every picture lies in benchmarks/out/hems/; the sheet shows each photo with its four.
"""

import sys
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.engine.common import OUT, arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Constraint, Drag, SketchBrush, SolverOptions, Stroke, Warp
from gpu_worker.engine.pulled import at_hem
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.painting.hems import Hem, hem_of
from gpu_worker.photos.decode import Photo

_SHORTER, _LONGER, _BELOW = 0.12, 0.1, 0.2  # of the body's height; of the photo's


def main() -> None:
    options = arguments(__doc__, side=1000)
    engine = engine_of(options)
    folder = OUT / "hems"
    folder.mkdir(parents=True, exist_ok=True)
    errors: dict[str, list[float]] = {}
    seconds, rows, left = list[float](), list[list[Pixels]](), 0
    for name, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, _with_room(enlarged(photo, options.side)))
        if projection is None:
            continue
        marks = _marks(hem_of(projection.named("shirt").found))
        if not all(_is_moved(mark, projection) for mark in marks.values()):
            left += 1
            continue
        rows.append([projection.photo.pixels])
        for way, mark in marks.items():
            variant = engine.edit(projection, [mark], SolverOptions()).variants[0]
            errors.setdefault(way, []).append(variant.measures["drag_error"])
            seconds.append(variant.measures["seconds_transfer"])
            rows[-1].append(variant.pixels)
            Image.fromarray(variant.pixels).save(folder / f"{name}-{way}.png")
        sys.stderr.write(f"{name} " + " ".join(f"{way} {values[-1]:.2f}" for way, values in errors.items()) + "\n")
    report = {
        "hem_is_moved": len(rows),
        "not_moved": left,
        "error_px_of_64": {way: summary(values) for way, values in errors.items()},
        "seconds": summary(seconds),
    }
    finish("hems", report, rows, cell=400)


def _is_moved(mark: Constraint, projection: Projection) -> bool:
    try:
        return bool(at_hem([mark], projection, "shirt")[0])
    except DoesNotFit:
        return False


def _with_room(photo: Photo) -> Photo:
    """White laid below; photos whose lower edge is not white stay what they are."""
    if photo.pixels[-1].min() < 245:
        return photo
    below = round(_BELOW * photo.height)
    pixels = cv2.copyMakeBorder(photo.pixels, 0, below, 0, 0, cv2.BORDER_REPLICATE)
    return replace(photo, pixels=np.asarray(pixels, np.uint8))


def _marks(hem: Hem) -> dict[str, Constraint]:
    side, height = len(hem.line), hem.height / len(hem.line)
    left, right = hem.columns[[0, -1]] / side
    middle = (left + right) / 2
    row = float(hem.line[round(middle * side)]) / side

    def pull(way: float) -> Warp:
        return Warp(drags=[Drag(source=(middle, row), target=(middle, row + way * height))])

    def outline(deeper: NDArray[np.float64]) -> SketchBrush:
        points = [(float(x), float(row + y * height)) for x, y in zip(across, deeper, strict=True)]
        return SketchBrush(strokes=[Stroke(points=points)])

    across = np.linspace(left, right, 24)
    arch = 1 - ((across - middle) / (right - middle)) ** 2
    return {
        "shorter": pull(-_SHORTER),
        "longer": pull(_LONGER),
        "curved": outline(0.02 + 0.1 * arch),
        "slanting": outline(np.linspace(-0.05, 0.1, len(across))),
    }


if __name__ == "__main__":
    main()
