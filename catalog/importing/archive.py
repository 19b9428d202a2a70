"""An archive from a stranger: what is in it is listed and read with limits, and never written to a disk."""

import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from catalog.errors import InvalidInput
from catalog.images.limits import MAX_BYTES, PICTURE_EXTENSIONS

MAX_ENTRIES = 3_000
MAX_UNPACKED = 4_000_000_000  # bytes, as the archive itself declares them
MAX_TABLE_BYTES = 10_000_000
_TABLES = frozenset({".csv", ".tsv", ".txt"})
_NOISE = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    name: str  # as a person reads it: composed Unicode, forward slashes
    member: str  # as the archive calls it
    error: str = ""

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()

    @property
    def is_photo(self) -> bool:
        return self.suffix in PICTURE_EXTENSIONS

    @property
    def is_table(self) -> bool:
        return self.suffix in _TABLES


class Archive:
    """A ZIP file. Raises InvalidInput where it as a whole is not to be opened."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InvalidInput("This is no ZIP archive, or it is damaged.") from error
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise InvalidInput(f"The archive holds {len(infos)} files; up to {MAX_ENTRIES} are taken at once.")
        if sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise InvalidInput("Unpacked, the archive is too large. Send it in parts.")
        self._infos = {info.filename: info for info in infos}
        self.entries = list(self._listed(infos))

    def _listed(self, infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
        seen: set[str] = set()
        for info in infos:
            name = readable(_decoded(info))
            if info.is_dir() or _is_noise(name):
                continue
            error = _why_not(info, name)
            if not error and name.casefold() in seen:
                error = "The archive has this file twice."
            seen.add(name.casefold())
            yield Entry(name=name, member=info.filename, error=error)

    def read(self, member: str, *, limit: int = MAX_BYTES) -> bytes:
        """At most `limit` bytes, whatever the archive declares. Raises InvalidInput."""
        try:
            with self._zip.open(self._infos[member]) as stream:
                data = stream.read(limit + 1)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
            raise InvalidInput("The file cannot be unpacked: the archive is damaged.") from error
        except Exception as error:  # zlib and lzma have errors of their own, which share no base
            raise InvalidInput("The file cannot be unpacked: the archive is damaged.") from error
        if len(data) > limit:
            raise InvalidInput(f"The file is larger than {limit // 1_000_000} MB.")
        return data


def readable(name: str) -> str:
    """Composed Unicode: Macs store letters and their accents apart (NFD), tables do not (NFC)."""
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _decoded(info: zipfile.ZipInfo) -> str:
    """Old Windows programs write no flag and their own code page; zipfile then reads cp437."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _is_noise(name: str) -> bool:
    parts = [part.casefold() for part in name.split("/")]
    return bool(_NOISE & set(parts)) or parts[-1].startswith("._")


def _why_not(info: zipfile.ZipInfo, name: str) -> str:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or not name.isprintable():
        return "The name leads out of the archive."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "This is a link to another file, not a photo."
    if info.flag_bits & 0x1:
        return "The file is locked with a password."
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in PICTURE_EXTENSIONS | _TABLES:
        return "Not a photo and not a table; left out."
    return ""
