"""The catalogue's errors: what a person did that cannot be done, said in one clear sentence."""

from typing import Any


class CatalogError(Exception):
    """Base of every error that a caller may show to the person who caused it."""

    code = "invalid"

    def __init__(self, message: str, *, extra: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra or {}


class InvalidInput(CatalogError):
    """A value breaks a rule of the catalogue; `extra` names the fields."""


class ImageRefused(CatalogError):
    """An uploaded file is not a photo that we take."""

    code = "image_refused"


class TransitionRefused(CatalogError):
    """A row cannot move from its state to the asked one."""

    code = "transition_refused"


class Conflict(CatalogError):
    """The request collides with another one, or with a row that exists."""

    code = "conflict"


class TooOften(CatalogError):
    """Somebody did something more often than they may."""

    code = "too_often"
