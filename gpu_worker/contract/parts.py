"""The named parts of a product: what a region may be called. No torch here; both sides of the broker import it."""

from typing import Literal, get_args

PartName = Literal[
    "upper", "sole", "laces", "lining", "toecap", "print", "body", "sleeves", "collar", "cuffs", "buttons"
]
ALL_PARTS: tuple[PartName, ...] = get_args(PartName)
PARTS: dict[str, tuple[PartName, ...]] = {  # that the network tells apart; the first is what no other part is
    "shoe": ("upper", "sole", "laces", "lining", "toecap", "print"),
    "shirt": ("body", "sleeves", "collar", "cuffs", "buttons", "print"),
}
OFFERED: dict[str, tuple[PartName, ...]] = {  # that are found well enough to be sold (`benchmarks.engine.named_parts`)
    "shoe": ("upper", "sole", "laces", "lining"),
    "shirt": ("body", "sleeves", "collar", "buttons", "print"),
}
TRANSFERRED: dict[
    str, tuple[PartName, ...]
] = {  # that another product's photo can give (`benchmarks.engine.part_transfer`)
    "shoe": ("sole",),
    "shirt": ("print",),
}
INSTEAD: dict[PartName, PartName] = {"toecap": "upper", "cuffs": "sleeves"}  # of what is not offered; else the first
REGIONS: tuple[str, ...] = tuple(dict.fromkeys(name for names in OFFERED.values() for name in names))
LABELS: dict[PartName, str] = {
    "upper": "upper", "sole": "sole", "laces": "laces", "lining": "lining", "toecap": "toe cap", "print": "print",
    "body": "body", "sleeves": "sleeves", "collar": "collar", "cuffs": "cuffs", "buttons": "button placket",
}  # fmt: skip


def not_found(name: PartName) -> str:
    """The sentence for a photo that does not show the part."""
    return f"No {LABELS[name]} {'were' if LABELS[name].endswith('s') else 'was'} found in this photo."


def cannot_be_transferred(part: PartName, kind: str) -> str:
    """Why a part cannot come from another product of the kind; empty where it can."""
    offered = TRANSFERRED.get(kind, ())
    if part in offered:
        return ""
    if not offered:
        return f"No part of a {kind} can be taken from another one yet."
    able = " or ".join(f"the {LABELS[each]}" for each in offered)
    return f"The {LABELS[part]} cannot be taken from another {kind}: {able} can."


def is_part_of(region: str, kind: str) -> bool:
    """Whether products of the kind can have what is asked for; regions without a name of a part are on every product."""
    return region not in ALL_PARTS or region in OFFERED[kind]
