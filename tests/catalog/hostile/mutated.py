"""Photos of every accepted format with their bytes damaged, repeatably, and what the shop and the worker make of them.

    python -m tests.catalog.hostile.mutated --count 60

Each file is either refused with a sentence or taken, and what is taken the worker can decode. Prints a line of JSON: how many
were taken and refused, what else happened (nothing may), the longest time and the most memory of one.
"""

import argparse
import io
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image

from catalog import images
from catalog.errors import ImageRefused
from gpu_worker.photos.decode import decode_photo
from gpu_worker.photos.errors import PhotoError
from tests.catalog.hostile.measure import _resident
from tests.catalog.pictures import photo_bytes

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "HEIF": "heic"}
NUMBERS = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\0",
    b"\x80\0\0\0",
    b"\xff\xfe",
    b"\0\1",
)  # lengths and sizes


def whole(format: str) -> bytes:
    if format != "HEIF":
        return photo_bytes(format)
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(photo_bytes("PNG")))).save(buffer, quality=80)
    return buffer.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to six wounds: bytes flipped, numbers overwritten, pieces cut out, doubled, or moved; more often near the head."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        end = len(found) if chance.random() < 0.4 else min(len(found), 400)
        at, length = chance.randrange(max(end, 1)), chance.randint(1, 40)
        match chance.randrange(5):
            case 0:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                number = chance.choice(NUMBERS)
                found[at : at + len(number)] = number
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length] * chance.choice((1, 1, 50))
            case _:
                del found[max(64, chance.randrange(len(found) + 1)) :]
    return bytes(found)


def by_shop(data: bytes, name: str) -> bytes:
    """As an upload: what is kept of it, which the worker can decode."""
    taken = images.clean_photo(data, name).data
    decode_photo(taken)
    return taken


def by_worker(data: bytes, name: str) -> bytes:
    """As if it had got past the door."""
    return decode_photo(data).pixels.tobytes()


def outcome(door: Callable[[bytes, str], bytes], data: bytes, name: str) -> str:
    """taken, refused, or what happened that must not."""
    try:
        door(data, name)
    except (ImageRefused, PhotoError) as error:
        is_sentence = str(error).endswith(".") and len(str(error)) < 160
        return "refused" if is_sentence else f"no sentence: {error!r}"
    except Exception:  # noqa: BLE001  this is what is looked for
        return traceback.format_exc(limit=-3)
    return "taken"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="Of each format.")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    chance, outcomes = random.Random(options.seed), Counter[str]()
    longest, most = 0.0, 0.0
    for format, extension in FORMATS.items():
        good = whole(format)
        if (first := outcome(by_shop, good, f"warm.{extension}")) != "taken":  # it also loads the decoders
            raise SystemExit(f"{format}: {first}")
        for _ in range(options.count):
            data = mutated(good, chance)
            for door in (by_shop, by_worker):
                ready, started = _resident("VmRSS"), time.perf_counter()
                Path("/proc/self/clear_refs").write_text("5")  # sets the peak back
                outcomes[f"{door.__name__}: {outcome(door, data, f'photo.{extension}')}"] += 1
                longest = max(longest, time.perf_counter() - started)
                most = max(most, _resident("VmHWM") - ready)
    report = {"outcomes": outcomes, "seconds": round(longest, 2), "megabytes": round(most)}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
