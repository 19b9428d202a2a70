"""The commands that mend photos: `enlarge` and `remove`."""

import sys
import time
from argparse import Namespace
from typing import Any

from PIL import Image

from gpu_worker.commands.command_line import engine_for_options, mask_at
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.photos.decode import decode_photo
from gpu_worker.photos.errors import WrongMask
from gpu_worker.restoration.completion import complete
from gpu_worker.restoration.enlarge import enlarge

Report = dict[str, Any]


def enlarge_photo(options: Namespace) -> Report:
    """A small photo two or four times as large, by the manifold's own super-resolution."""
    started = time.perf_counter()
    photo = decode_photo(options.photo.read_bytes())
    high = shared_high_resolution(options.device)
    made = enlarge(photo.pixels, options.factor, high, _say_tile)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(made).save(options.out)
    seconds = round(time.perf_counter() - started, 2)
    return {"file": str(options.out), "width": made.shape[1], "height": made.shape[0], "seconds": seconds}


def _say_tile(done: int, of: int) -> None:
    sys.stderr.write(f"tile {done} of {of}\n")


def remove_marked(options: Namespace) -> Report:
    """A photo without what is white in a mask as large as it."""
    started = time.perf_counter()
    photo, hole = decode_photo(options.photo.read_bytes()), mask_at(options.mask)
    if hole.shape != photo.pixels.shape[:2]:
        raise WrongMask(
            f"The mask has {hole.shape[1]} x {hole.shape[0]} pixels, the photo {photo.width} x {photo.height}."
        )
    done = complete(photo, hole, engine_for_options(options).manifold)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(done.photo.pixels).save(options.out)
    return {"file": str(options.out), "made": round(done.made, 3), "seconds": round(time.perf_counter() - started, 2)}
