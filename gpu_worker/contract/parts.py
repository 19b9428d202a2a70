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
INSTEAD: dict[PartName, PartName] = {"toecap": "upper", "cuffs": "sleeves"}  # of what is not offered; else the first
REGIONS: tuple[str, ...] = tuple(dict.fromkeys(name for names in OFFERED.values() for name in names))
LABELS: dict[PartName, str] = {
    "upper": "upper", "sole": "sole", "laces": "laces", "lining": "lining", "toecap": "toe cap", "print": "print",
    "body": "body", "sleeves": "sleeves", "collar": "collar", "cuffs": "cuffs", "buttons": "button placket",
}  # fmt: skip


def not_found(name: PartName) -> str:
    """The sentence for a photo that does not show the part."""
    return f"No {LABELS[name]} {'were' if LABELS[name].endswith('s') else 'was'} found in this photo."


def is_part_of(region: str, kind: str) -> bool:
    """Whether products of the kind can have what is asked for; regions without a name of a part are on every product."""
    return region not in ALL_PARTS or region in OFFERED[kind]
