"""Which parts can be painted by a generator's units, and how. No torch here; both sides of the broker import it."""

from typing import Literal, get_args

from gpu_worker.contract.parts import LABELS, PartName

Action = Literal["add", "remove"]
ACTIONS: tuple[Action, ...] = get_args(Action)
# what shows when it is painted (`benchmarks.engine.units`)
PAINTABLE: dict[str, tuple[tuple[PartName, Action], ...]] = {
    "shoe": (("laces", "remove"),),
    "shirt": (),
}
_WORDS: dict[Action, str] = {"add": "put {} there", "remove": "take {} away"}


def painting_in_words(part: PartName, action: Action) -> str:
    """What the brush does, such as "take laces away"."""
    label = LABELS[part]
    return _WORDS[action].format(label if label.endswith("s") else f"the {label}")


def cannot_be_painted(part: PartName, action: Action, kind: str) -> str:
    """Why something cannot be painted on a product of a kind; empty where it can."""
    offered = PAINTABLE.get(kind, ())
    if (part, action) in offered:
        return ""
    if not offered:
        return f"No part can be painted on a {kind} yet."
    able = " or ".join(painting_in_words(*each) for each in offered)
    return f"The brush cannot {painting_in_words(part, action)} on a {kind}: it can {able}."
