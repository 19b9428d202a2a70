"""Clean every file of a folder in this process and print what each one took as JSON.

Run as a process of its own, so that memory is that of the decoder and not that of the test suite. Megabytes are the
peak of resident memory over what the process held when it was ready.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from catalog import images
from catalog.errors import ImageRefused
from tests.catalog.pictures import photo_bytes


def _resident(kind: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(kind))
    return int(line.split()[1]) / 1024


def measure(name: str, file: Path, ready: float) -> dict[str, Any]:
    Path("/proc/self/clear_refs").write_text("5")  # sets the peak back
    start, sentence = time.perf_counter(), None
    try:
        images.clean_photo(file.read_bytes(), name)
    except ImageRefused as error:
        sentence = error.message
    seconds = time.perf_counter() - start
    return {"sentence": sentence, "seconds": seconds, "megabytes": _resident("VmHWM") - ready}


def main(folder: Path) -> None:
    images.clean_photo(photo_bytes("JPEG"), "warm.jpg")  # loads the decoders
    ready = _resident("VmRSS")
    titles = json.loads((folder / "titles.json").read_text())
    report = {title: measure(name, folder / str(number), ready) for number, (title, name) in enumerate(titles)}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
