"""What a long run has measured so far, a file for each photo: a run that was killed goes on where it was."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.common import OUT


@dataclass(frozen=True)
class Measured:
    """Of one photo: figures by name, and pictures of one size."""

    figures: dict[str, float]
    pictures: Sequence[NDArray[np.uint8]]


class Begun:
    """Kept under benchmarks/out/begun/ until the run is finished; another name, another run."""

    def __init__(self, name: str) -> None:
        self._folder = OUT / "begun" / name
        self._folder.mkdir(parents=True, exist_ok=True)

    def measured(self, photo: str, measure: Callable[[], Measured]) -> Measured:
        """A photo's figures: what was kept of it, or what is measured now."""
        kept = self._folder / f"{photo}.npz"
        if kept.exists():
            with np.load(kept) as read:
                return Measured(json.loads(str(read["figures"])), list(read["pictures"]))
        started = time.perf_counter()
        found = measure()
        partial = kept.with_suffix(".part.npz")
        np.savez(partial, figures=json.dumps(found.figures), pictures=np.stack(found.pictures))
        partial.rename(kept)
        sys.stderr.write(f"{photo} {time.perf_counter() - started:.0f} s\n")
        return found

    def forget(self) -> None:
        """The run is finished."""
        shutil.rmtree(self._folder)
