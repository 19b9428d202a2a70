"""A drawn shirt with its parts."""

import numpy as np

from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.named_parts import NamedParts

SIDE = 256
PLACING = Similarity(scale=0.5, shift_x=0, shift_y=0)  # of a photo of 512 px


def shirt(*, trousers: bool = False, printed: bool = False, ruled: bool = False) -> NamedParts:
    """A body from y 40 to 200, where it hangs a little in its middle, with sleeves beside it down to y 100, on white."""
    labels = np.full((SIDE, SIDE), -1, np.int8)
    labels[40:200, 80:176], labels[40:100, 50:80], labels[40:100, 176:206] = 0, 1, 1
    if not ruled:
        labels[200:203, 100:156] = 0
    if printed:
        labels[120:190, 100:150] = 5
    raw = np.where((labels >= 0)[..., None], np.float32([0.2, 0.3, 0.6]), np.float32(1))
    if trousers:
        raw[203:, 90:166] = 0.3
    frame = Frame(image=raw, raw=raw, alpha=(labels >= 0).astype(np.float32), placing=PLACING)
    sure = {"body": 1.0, "sleeves": 1.0, **({"print": 1.0} if printed else {})}
    return NamedParts(kind="shirt", frame=frame, labels=labels, confidence=sure)  # type: ignore[arg-type]
