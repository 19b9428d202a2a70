"""What a colour brush means on a photo: the material under it takes the colour, and nothing else does.

The manifold answers a brush with a change of colour everywhere (Zhu et al. 2016, section 4): its whites turn lilac with a red toe, and its
soles are part of the shoe. The photo knows better where a material ends, so the parts under the strokes are dyed, as swatches are.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import ColourBrush, Constraint, Keep
from gpu_worker.edits.start import Start
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.segmentation.dominant import material_at

Region = NDArray[np.bool_]

_SHARED = 0.1  # of the smaller region: from here two marks want the same place


def brushed_materials(messages: Sequence[Constraint], start: Start, taken: Sequence[Region]) -> Mapping[str, Region]:
    """Regions (F, F) of the frame by the brush's colour; none where a brush must stay a wish to the manifold.

    That is so without a photo, and where brushes of two colours, or a brush and a region that is `taken`, share a material: then only
    the strokes say where which colour is wanted.
    """
    brushes = [message for message in messages if isinstance(message, ColourBrush)]
    if start.frame is None or start.parts is None or not brushes:
        return {}
    kept = _drawn([message for message in messages if isinstance(message, Keep)], start)
    colours = dict.fromkeys(brush.colour.lower() for brush in brushes)
    found = {
        colour: material_at(start.parts, _drawn([brush for brush in brushes if brush.colour.lower() == colour], start))
        & ~kept
        for colour in colours
    }
    regions = [*found.values(), *taken]
    if any(not region.any() for region in found.values()) or _any_shared(regions):
        return {}
    return found


def _drawn(messages: Sequence[ColourBrush | Keep], start: Start) -> Region:
    assert start.frame is not None
    side = start.frame.alpha.shape[0]
    drawn = [draw_strokes(message.strokes, side) > 0.5 for message in messages]
    return np.asarray(np.any(drawn, axis=0)) if drawn else np.zeros((side, side), np.bool_)


def _any_shared(regions: Sequence[Region]) -> bool:
    pairs = ((a, b) for i, a in enumerate(regions) for b in regions[i + 1 :])
    return any((a & b).sum() > _SHARED * max(1, min(a.sum(), b.sum())) for a, b in pairs)
