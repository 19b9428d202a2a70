"""As far as a photo has room."""

from collections.abc import Iterator

_LEAST, _STEP = 0.35, 0.85


def shares_up_to(asked: float) -> Iterator[float]:
    """What was asked, and then less and less of all that can be asked, down to a third."""
    yield asked
    share = _STEP * asked
    while share >= _LEAST:
        yield share
        share *= _STEP
