"""Telling merchants' programs what happened to a variant or a request."""

from editing.models import Variant


def announce(variant: Variant, event: str) -> None:
    """Queue one delivery per webhook of the merchant, in the caller's transaction."""
