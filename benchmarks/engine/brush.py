"""Does a brush's colour arrive on the manifold? One stroke along the product, 8 colours, from the encoder's latent.

What is measured is the picture that the manifold makes, not the finished photo: CIEDE2000 of the colour under the stroke
to the brush's. A manifold of catalogue photos knows black, white and brown best; this says whether it can be asked for more.
"""

import sys

import numpy as np

from benchmarks.engine.common import SWATCHES, arguments, engine_of, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import ColourBrush, SolverOptions, Stroke
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.facade import Projection
from gpu_worker.measures.colour import ciede2000, hex_to_rgb, rgb_to_lab

_FAR = 20.0  # beyond it a colour has another name


def main() -> None:
    options = arguments(__doc__)
    engine = engine_of(options)
    reached: dict[str, list[float]] = {name: [] for name in SWATCHES}
    sheet = []
    for name, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, photo)
        if projection is None:
            continue
        stroke, row = stroke_along(projection), [projection.photo.pixels]
        for colour, code in SWATCHES.items():
            result = engine.edit(projection, [ColourBrush(colour=code, strokes=[stroke])], SolverOptions(steps=40))
            reached[colour].append(distance_under(result.sequence[-1], stroke, code))
            row.append(result.sequence[-1])
        sheet.append(row)
        sys.stderr.write(f"{name} " + " ".join(f"{c} {d[-1]:.1f}" for c, d in reached.items()) + "\n")
    all_of_them = [distance for distances in reached.values() for distance in distances]
    report = {
        "ciede2000": summary(all_of_them),
        "farther_than_20": round(float(np.mean(np.array(all_of_them) > _FAR)), 4),
        "by_colour": {colour: summary(distances) for colour, distances in reached.items()},
    }
    finish(f"brush-{options.kind}", report, sheet)


def stroke_along(projection: Projection) -> Stroke:
    """Along the middle of the product, over the middle third of its width."""
    inside = projection.frame.alpha > 0.5
    columns = np.flatnonzero(inside.any(0))
    middle = np.linspace(columns[len(columns) // 3], columns[2 * len(columns) // 3], 12).astype(int)
    side = inside.shape[0]
    points = [((x + 0.5) / side, (float(np.median(np.flatnonzero(inside[:, x]))) + 0.5) / side) for x in middle]
    return Stroke(points=points, radius=0.03)


def distance_under(picture: np.ndarray, stroke: Stroke, code: str) -> float:
    """CIEDE2000 between the brush's colour and the median colour under the stroke."""
    under = draw_strokes([stroke], picture.shape[0]) > 0.5
    found = np.median(rgb_to_lab(picture[under] / 255), 0)
    return float(ciede2000(found, rgb_to_lab(hex_to_rgb(code))))


if __name__ == "__main__":
    main()
