"""Reading a stranger's file: bounded in bytes, in how often, and in how many at once."""

import threading
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from catalog.errors import InvalidInput, TooOften
from catalog.services.rates import Rate, spend
from gpu_worker.origin.reading import MAX_BYTES, Found, UnreadablePicture, read_origin

PER_PERSON = Rate(name="origin", count=60, seconds=3600)
_WAIT = 10  # seconds
_READERS = threading.BoundedSemaphore(
    1
)  # a picture without a mark takes seconds of a processor; the pages need the other


def origin_of(file: UploadedFile[Any] | None, *, who: str) -> Found:
    """What the file says of itself. Raises InvalidInput or TooOften."""
    if file is None:
        raise InvalidInput("Choose a picture first.")
    spend(PER_PERSON, who)
    if (file.size or 0) > MAX_BYTES:
        raise InvalidInput(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    if not _READERS.acquire(timeout=_WAIT):
        raise TooOften("Others are having pictures read just now. Try again in a minute.")
    try:
        return read_origin(file.read())
    except UnreadablePicture as error:
        raise InvalidInput(str(error)) from error
    finally:
        _READERS.release()
