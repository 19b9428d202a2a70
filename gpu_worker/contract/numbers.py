"""Float32 numbers in base64, as messages carry latents and directions: judged where they come in."""

import math
from array import array
from base64 import b64decode
from typing import Annotated

from pydantic import AfterValidator, Base64Encoder, EncodedBytes, Field


class _StrictBase64(Base64Encoder):
    """Python's own decoder leaves out what is no base64, so that "!!!" would be an empty latent."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        return b64decode(data, validate=True)


def _finite_numbers(data: bytes) -> bytes:
    if not data or len(data) % 4:
        raise ValueError("float32 numbers are wanted, four bytes each")
    if not all(map(math.isfinite, array("f", data))):
        raise ValueError("a value is no number")
    return data


_MAX_BASE64 = 40_000  # characters, of 7,500 numbers: several times the largest latent
Numbers = Annotated[
    bytes, Field(max_length=_MAX_BASE64), EncodedBytes(encoder=_StrictBase64), AfterValidator(_finite_numbers)
]
