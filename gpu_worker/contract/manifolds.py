"""Which manifold a message is for: one that all share, or a merchant's own. No torch here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.marks import Message

FileName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,40}\.(safetensors|json)$")]


class ManifoldName(Message):
    """A version; with an owner, one that was fitted to that merchant's photos, and where its files lie.

    A worker that has another fetches it or refuses the message. A merchant's own is never a shared one, and is loaded for a
    message of its owner alone: its card says whose it is.
    """

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    owner: Annotated[int, Field(ge=1)] | None = None  # the merchant
    file_keys: Annotated[dict[FileName, ObjectKey], Field(max_length=12)] = {}

    @model_validator(mode="after")
    def _is_shared_or_whole(self) -> ManifoldName:
        if (self.owner is None) != (not self.file_keys):
            raise ValueError("a merchant's own manifold has an owner and files; a shared one has neither")
        return self


# Left out where it is not set, so that workers of the release before read what they could read before.
ForManifold = Annotated[ManifoldName | None, Field(exclude_if=lambda name: name is None)]
