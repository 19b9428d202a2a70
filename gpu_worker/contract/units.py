"""Which parts can be painted away, or made more or less of. No torch here; both sides of the broker import it."""

from typing import Literal, get_args

from gpu_worker.contract.parts import LABELS, PartName

Action = Literal["add", "remove", "more", "less"]
ACTIONS: tuple[Action, ...] = get_args(Action)
# what shows when it is painted (`benchmarks.engine.units`)
PAINTABLE: dict[str, tuple[tuple[PartName, Action], ...]] = {
    "shoe": (
        ("laces", "remove"),
        ("sole", "more"),
        ("sole", "less"),
        ("upper", "more"),
        ("upper", "less"),
        ("lining", "more"),
        ("lining", "less"),
    ),
    "shirt": (
        ("print", "remove"),
        ("buttons", "remove"),
        ("body", "more"),
        ("body", "less"),
        ("sleeves", "more"),
        ("sleeves", "less"),
    ),
}
_WORDS: dict[Action, str] = {
    "add": "put {} there",
    "remove": "take {} away",
    "more": "make {} {}",
    "less": "make {} {}",
}
_MORE: dict[PartName, tuple[str, str]] = {
    "sole": ("thicker", "thinner"), "upper": ("higher", "lower"), "body": ("longer", "shorter"), "sleeves": ("longer", "shorter"),
    "lining": ("deeper", "shallower"),
}  # fmt: skip


def painting_in_words(part: PartName, action: Action) -> str:
    """What is done, such as "take laces away"."""
    label = LABELS[part]
    more, less = _MORE.get(part, ("larger", "smaller"))
    named = label if label.endswith("s") else f"the {label}"
    return _WORDS[action].format(named, less if action == "less" else more)


def cannot_be_painted(part: PartName, action: Action, kind: str) -> str:
    """Why something cannot be painted on a product of a kind; empty where it can."""
    offered = PAINTABLE.get(kind, ())
    if (part, action) in offered:
        return ""
    if not offered:
        return f"No part can be painted on a {kind} yet."
    *first, last = (painting_in_words(*each) for each in offered)
    able = f"{', '.join(first)} or {last}" if first else last
    return f"The brush cannot {painting_in_words(part, action)} on a {kind}: it can {able}."


def of_another_kind(name: str, of: str, kind: str) -> str:
    """The sentence for a part of a merchant's own on the wrong products."""
    return f"“{name}” is a part of a {of}: it cannot be found on a {kind}."
