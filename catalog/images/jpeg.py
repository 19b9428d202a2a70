"""Walk through a JPEG's segments (ITU T.81 annex B)."""

import re
import struct

from catalog.errors import ImageRefused
from catalog.images import limits

_SOI, _EOI, _SOS, _APP1, _APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
_FRAMES_WE_TAKE = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive; all Huffman coded
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_METADATA = {*range(0xE0, 0xF0), 0xFE}
# In coded pixels 0xFF is followed by 0x00 or a restart marker; anything else ends them.
_NEXT_MARKER = re.compile(rb"\xff(?=[\x01-\xcf\xd8-\xfe])")
_MAX_PICTURES = 8  # a phone's photo with its depth and gain maps


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of the first picture; raises ImageRefused unless the whole file is accounted for."""
    size, end, trailer = _walk(data, 0)
    for _ in range(_MAX_PICTURES):
        rest = len(data) - len(data[end:].lstrip(b"\0"))
        if rest == len(data):
            return size
        if trailer == "pictures" and data.startswith(b"\xff\xd8\xff", rest):
            try:
                _, end, _ = _walk(data, rest)
            except ImageRefused:  # a depth map cut short: the first picture is whole, and only that is kept
                return size
        elif _is_phone_trailer(data, rest, trailer):
            return size
        else:
            break
    raise ImageRefused("Something else is hidden behind the end of the picture.")


def _is_phone_trailer(data: bytes, start: int, announced: str) -> bool:
    """What Samsung appends to each photo, or the film that a motion photo announces. Never kept: only pixels are."""
    if data.endswith(b"SEFT") and b"SEFH" in data[start:]:
        return True
    return announced == "film" and b"ftyp" in data[start : start + 8]


def _walk(data: bytes, start: int) -> tuple[tuple[int, int], int, str]:
    """Size, position behind the end, and what the picture announces behind it (pictures, film or nothing)."""
    position, size, scans, metadata_bytes, trailer = start + 2, None, 0, 0, ""
    for _ in range(limits.MAX_SEGMENTS):
        marker, position = _marker_at(data, position)
        if marker == _EOI:
            break
        length = _segment_length(data, position)
        segment = data[position : position + min(length, 4096)]
        if marker in _FRAMES_WE_TAKE | _OTHER_FRAMES:
            size = _frame_size(marker, segment, size)
        if marker in _METADATA:
            metadata_bytes += length
            trailer = trailer or _announced_trailer(marker, segment)
        position += length
        if marker == _SOS:
            scans += 1
            position = _end_of_scan(data, position)
        if metadata_bytes > limits.MAX_METADATA_BYTES:
            raise ImageRefused("The JPEG file carries too much besides its picture.")
        if scans > limits.MAX_SCANS:
            raise ImageRefused("The JPEG file is made of too many scans.")
    else:
        raise ImageRefused("The JPEG file is made of too many parts.")
    if size is None or not scans:
        raise ImageRefused("The JPEG file holds no picture.")
    return size, position, trailer


def _marker_at(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        raise ImageRefused("The JPEG file is cut short.")
    if data[position] != 0xFF:
        raise ImageRefused("The JPEG file is damaged.")
    while position < len(data) and data[position] == 0xFF:  # any number of fill bytes
        position += 1
    if position >= len(data):
        raise ImageRefused("The JPEG file is cut short.")
    marker = data[position]
    if marker == _SOI or marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD7:
        raise ImageRefused("The JPEG file is damaged.")
    return marker, position + 1


def _segment_length(data: bytes, position: int) -> int:
    length = int.from_bytes(data[position : position + 2])
    if length < 2 or position + length > len(data):
        raise ImageRefused("The JPEG file is cut short.")
    return length


def _frame_size(marker: int, segment: bytes, seen: tuple[int, int] | None) -> tuple[int, int]:
    if marker in _OTHER_FRAMES or len(segment) < 8 or seen is not None:
        raise ImageRefused("This kind of JPEG is too unusual. Save it again as a plain JPEG.")
    precision, height, width, components = struct.unpack_from(">BHHB", segment, 2)
    if precision != 8:
        raise ImageRefused("This kind of JPEG is too unusual. Save it again as a plain JPEG.")
    if components not in {1, 3, 4}:
        raise ImageRefused("The JPEG file is damaged.")
    return width, height


def _announced_trailer(marker: int, segment: bytes) -> str:
    if marker == _APP2 and segment[2:6] == b"MPF\0":
        return "pictures"
    if marker == _APP1 and (b"MotionPhoto" in segment or b"MicroVideo" in segment):
        return "film"
    return ""


def _end_of_scan(data: bytes, position: int) -> int:
    match = _NEXT_MARKER.search(data, position)
    if match is None:
        raise ImageRefused("The JPEG file is cut short.")
    return match.start()
