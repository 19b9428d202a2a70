"""What programs send, judged as it is read; see `catalog.inputs`."""

from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError

from catalog.errors import CatalogError
from catalog.inputs import is_readable, read_json

MAX_BYTES = 2_621_440  # of JSON: a drawing with as many points as there may be


class BodyTooLarge(CatalogError):
    """More than anybody needs to send."""

    code = "too_large"


class JSONParser(parsers.JSONParser):
    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Raises InvalidInput or BodyTooLarge."""
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BodyTooLarge(f"At most {MAX_BYTES / 2**20:.1f} MiB of JSON.")
        return read_json(data)


class MultiPartParser(parsers.MultiPartParser):
    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        parsed: Any = super().parse(stream, media_type, parser_context)
        texts = [text for name, values in parsed.data.lists() for text in (name, *values)]
        texts += [text for name, file in parsed.files.items() for text in (name, file.name or "")]
        if not all(map(is_readable, texts)):
            raise ParseError("A field has characters that cannot be kept.")
        return parsed
